from shijian.core.permissions import permission

CIRCULAR_SEND = permission("notices.circular.send", "发送通知通报")
