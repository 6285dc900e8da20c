from django.db import models

from shijian.accounts.models import User

from .event import Event


class Message(models.Model):
    """A question or answer about an event between those it concerns. Not an act: nothing about the event changes."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="messages", verbose_name="事件")
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies", verbose_name="回复")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发言人")
    at = models.DateTimeField("时间")
    text = models.TextField("内容", max_length=1000)

    class Meta:
        verbose_name = "交流"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["event", "at"], name="message_by_event")]

    def __str__(self) -> str:
        return self.text[:40]


class Reader(models.Model):
    """Somebody a message is for, and when he read it. Whoever was asked sees the event, wherever it lies."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="readers")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收件人")
    read_at = models.DateTimeField("已读时间", null=True)

    class Meta:
        verbose_name = "收件人"
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="reader_once")]
        indexes = [models.Index(fields=["person", "read_at"], name="reader_by_person")]

    def __str__(self) -> str:
        return str(self.person)
