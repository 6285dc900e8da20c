from shijian.core.permissions import permission

ENTRY_VIEW = permission("audit.entry.view", "查看审计日志")
LOG_VERIFY = permission("audit.log.verify", "核验审计日志")
