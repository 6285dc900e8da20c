from shijian.core.permissions import permission

TASK_DO = permission("workflow.task.do", "办理流程任务")
INSTANCE_START = permission("workflow.instance.start", "发起流程")
INSTANCE_CANCEL = permission("workflow.instance.cancel", "终止流程")
PROCESS_VIEW = permission("workflow.process.view", "查看流程库")
PROCESS_EDIT = permission("workflow.process.edit", "设计流程")
PROCESS_PUBLISH = permission("workflow.process.publish", "发布流程")
