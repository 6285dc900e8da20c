from shijian.core.permissions import permission

EVENT_VIEW = permission("events.event.view", "查看事件")
EVENT_REPORT = permission("events.event.report", "上报事件")
EVENT_OBSERVE = permission("events.event.observe", "补充情况")
EVENT_HANDLE = permission("events.event.handle", "处置事件")
EVENT_DISPATCH = permission("events.event.dispatch", "派遣事件")
EVENT_REVIEW = permission("events.event.review", "复核办结事件")
EVENT_HANDOVER = permission("events.event.handover", "移送其他部门")
EVENT_REOPEN = permission("events.event.reopen", "重新办理事件")
EVENT_SUPERVISE = permission("events.event.supervise", "督办事件")
KIND_EDIT = permission("events.kind.edit", "维护事项库")
