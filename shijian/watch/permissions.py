from shijian.core.permissions import permission

HIT_VIEW = permission("watch.hit.view", "查看监察命中")
HIT_HANDLE = permission("watch.hit.handle", "处理监察命中")
RULE_EDIT = permission("watch.rule.edit", "启停监察规则、修改参数、立即运行")
