from shijian.core.permissions import permission

EVENT_SUBMIT = permission("exchange.event.submit", "通过接口报送事件")
SHEET_EDIT = permission("exchange.sheet.edit", "上传和对应上级报表")
SHEET_FILL = permission("exchange.sheet.fill", "填报上级报表")
TOKEN_ISSUE = permission("exchange.token.issue", "签发和吊销接口令牌")
