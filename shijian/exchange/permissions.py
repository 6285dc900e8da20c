from shijian.core.permissions import permission

EVENT_SUBMIT = permission("exchange.event.submit", "通过接口报送事件")
TOKEN_ISSUE = permission("exchange.token.issue", "签发和吊销接口令牌")
