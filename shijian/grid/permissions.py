from shijian.core.permissions import permission

GRID_VIEW = permission("grid.node.view", "查看网格")
GRID_PROPOSE = permission("grid.node.propose", "提出网格编码")
GRID_APPROVE = permission("grid.node.approve", "审定网格编码")
GRID_DRAW = permission("grid.boundary.draw", "划定网格边界")
GRID_STAFF = permission("grid.staffing.appoint", "配置网格人员")
WORK_VIEW = permission("grid.work.view", "查看网格工作")
WORK_RECORD = permission("grid.work.record", "登记网格日常工作和意见建议")
WORK_DIRECT = permission("grid.work.direct", "召开网格例会、交办事项")
WORK_PLAN = permission("grid.work.plan", "设定日常职责和实施计划")
