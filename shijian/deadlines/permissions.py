from shijian.core.permissions import permission

CLOCK_VIEW = permission("deadlines.clock.view", "查看办理时限")
CLOCK_RECORD = permission("deadlines.clock.record", "登记办理时限、不计入的时间和延长")
CLOCK_SUPERVISE = permission("deadlines.clock.supervise", "接受下级办理时限的提醒")
LADDER_EDIT = permission("deadlines.ladder.edit", "修改时限提醒阶梯")
