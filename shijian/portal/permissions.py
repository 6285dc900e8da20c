from shijian.core.permissions import permission

CALENDAR_IMPORT = permission("core.calendar.import", "导入工作日历")
