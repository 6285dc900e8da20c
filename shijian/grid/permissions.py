from shijian.core.permissions import permission

GRID_VIEW = permission("grid.node.view", "查看网格")
GRID_PROPOSE = permission("grid.node.propose", "提出网格编码")
GRID_APPROVE = permission("grid.node.approve", "审定网格编码")
GRID_DRAW = permission("grid.boundary.draw", "划定网格边界")
GRID_STAFF = permission("grid.staffing.appoint", "配置网格人员")
