from shijian.core.permissions import permission

TOKEN_ISSUE = permission("exchange.token.issue", "签发接口令牌")
EVENT_SUBMIT = permission("exchange.event.submit", "通过接口报送事件")
