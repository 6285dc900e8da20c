"""Processes (流程): BPMN 2.0 diagrams that say who is next; the rows of other modules say what happened.

Diagrams are versioned and checked, SpiffWorkflow runs them behind `services`, and who may act at a step is asked when
the step is given out and once more when it is done (四分离, 执法证, 法律职业资格).
"""
