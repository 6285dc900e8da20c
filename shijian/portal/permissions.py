from shijian.core.permissions import permission

CALENDAR_IMPORT = permission("core.calendar.import", "导入工作日历")
BURDEN_VIEW = permission("portal.burden.view", "查看减负自查")
