"""委托代理: dated, within one's own rights, never across the three administrators, every act says for whom."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shijian.accounts import rules, services
from shijian.accounts.choices import Lane, Verb
from shijian.accounts.models import Delegation, Grant, User
from shijian.accounts.rules import GrantFact, Place
from shijian.accounts.services.delegations import DelegationRefused, NotYourDelegation
from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.core.permissions import registry

prefixes = st.sampled_from(["", "05", "0501", "0502", "050101", "050102"])
held = st.lists(
    st.builds(
        GrantFact,
        st.frozensets(st.sampled_from(["see", "do"])),
        st.just(BUREAU),
        prefixes,
        st.just(""),
        st.sampled_from(["head", "chief", "secadmin"]),
        st.sampled_from(["business", "security"]),
    )
)
roles = st.sets(st.sampled_from(["head", "chief", "secadmin"]))


@given(held, roles, prefixes, st.sampled_from(["see", "do"]), prefixes)
def test_a_deputy_never_may_what_the_principal_may_not(grants, chosen, area, permission, code):
    place = Place(BUREAU, area_code=code)
    if rules.permits(rules.delegated(grants, chosen, area), permission, place):
        assert rules.permits(grants, permission, place)
        assert code.startswith(area)


@given(held, roles, prefixes)
def test_nothing_of_an_administrator_is_delegated(grants, chosen, area):
    assert all(grant.lane == "business" and grant.role in chosen for grant in rules.delegated(grants, chosen, area))


TODAY = timezone.localdate()
NOW = timezone.now()


def delegate(cast, **more):
    facts = {
        "deputy": cast.other_grid_chief, "roles": ["grid_chief"], "area_prefix": "", "first": TODAY,
        "last": TODAY + timedelta(days=9), "reason": "年休假",
    }  # fmt: skip
    principal = more.pop("principal", cast.chief)
    return services.delegate(principal, **{**facts, **more}, by=principal, now=NOW)


def standing_in(cast, delegation):
    client = cast.client(delegation.deputy)
    assert client.post(f"/me/delegations/{delegation.pk}/acting/").url == "/"
    return client


@pytest.mark.django_db
class TestDelegation:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"deputy": "chief"}, "另一名"),
            ({"deputy": "manager"}, "不是监管人员"),
            ({"deputy": "secadmin"}, "管理员"),
            ({"deputy": "auditor"}, "管理员"),
            ({"principal": "secadmin", "roles": ["secadmin"]}, "业务角色"),
            ({"roles": ["station_head"]}, "本人现有"),
            ({"roles": []}, "本人现有"),
            ({"area_prefix": "0502"}, "本人现有"),
            ({"last": TODAY + timedelta(days=90)}, "90 天"),
            ({"first": TODAY + timedelta(days=5), "last": TODAY + timedelta(days=4)}, "核对日期"),
            ({"first": TODAY - timedelta(days=5), "last": TODAY - timedelta(days=1)}, "核对日期"),
        ],
    )
    def test_what_cannot_be_handed_over_is_refused(self, cast, change, why):
        people = {
            key: getattr(cast, value)
            for key, value in change.items()
            if isinstance(value, str) and key in {"deputy", "principal"}
        }
        with pytest.raises(DelegationRefused, match=why):
            delegate(cast, **{**change, **people})
        assert not Delegation.objects.exists()

    def test_the_same_days_are_not_delegated_twice(self, cast):
        delegate(cast)
        with pytest.raises(DelegationRefused, match="已委托"):
            delegate(cast)

    def test_the_database_keeps_delegations_dated_and_between_two(self, cast):
        facts = {"bureau_code": BUREAU, "roles": ["grid_chief"], "reason": "x", "made_at": NOW}
        for principal, deputy, valid in [
            (cast.chief, cast.chief, (TODAY, TODAY + timedelta(days=1))),
            (cast.chief, cast.leader, (TODAY, None)),
        ]:
            with pytest.raises(IntegrityError), transaction.atomic():
                Delegation.objects.create(principal=principal, deputy=deputy, valid=valid, **facts)

    def test_standing_in_gives_the_rights_of_the_principal_instead_of_ones_own(self, cast):
        client = standing_in(cast, delegate(cast))
        page = client.get("/me/").content.decode()
        assert "正在代 <strong>程网一</strong> 办理" in page
        deputy = User.objects.get(pk=cast.other_grid_chief.pk)
        deputy.acting = Delegation.objects.get()
        assert deputy.scope(registry["events.event.view"]).prefixes == ("050101",)
        client.post("/me/acting/end/")
        assert "正在代" not in client.get("/me/").content.decode()
        verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs[-3:] == [Verb.DELEGATED, Verb.ACTING_BEGAN, Verb.ACTING_ENDED]

    def test_an_ended_delegation_ends_with_the_next_click(self, cast):
        delegation = delegate(cast)
        client = standing_in(cast, delegation)
        assert cast.client(cast.chief).post(f"/me/delegations/{delegation.pk}/end/").status_code == 302
        page = client.get("/me/").content.decode()
        assert "正在代" not in page
        assert "代办已结束" in page

    def test_a_role_the_principal_loses_the_deputy_loses(self, cast):
        delegation = delegate(cast)
        deputy = User.objects.get(pk=cast.other_grid_chief.pk)
        Grant.objects.filter(user=cast.chief).delete()
        deputy.acting = Delegation.objects.get(pk=delegation.pk)
        assert deputy.grants_on(TODAY) == []

    def test_who_becomes_an_administrator_stands_in_for_nobody(self, cast):
        client = standing_in(cast, delegate(cast))
        Grant.objects.filter(user=cast.other_grid_chief).update(role="auditor", lane=Lane.AUDIT)
        assert "正在代" not in client.get("/me/").content.decode()

    def test_nobody_uses_the_delegation_of_another_or_before_its_day(self, cast):
        delegation = delegate(cast)
        assert cast.client(cast.leader).post(f"/me/delegations/{delegation.pk}/acting/").status_code == 404
        assert cast.client(cast.leader).post(f"/me/delegations/{delegation.pk}/end/").status_code == 404
        coming = delegate(cast, deputy=cast.leader, first=TODAY + timedelta(days=2), last=TODAY + timedelta(days=3))
        with pytest.raises(NotYourDelegation):
            services.begin_acting(coming, by=cast.leader, now=NOW)

    def test_a_deputy_does_not_hand_on_what_was_handed_to_him(self, cast):
        deputy = User.objects.get(pk=cast.other_grid_chief.pk)
        deputy.acting = delegate(cast)
        with pytest.raises(DelegationRefused, match="结束代办"):
            services.delegate(
                deputy, deputy=cast.leader, roles=["grid_chief"], area_prefix="", first=TODAY, last=TODAY, reason="x",
                by=deputy, now=NOW,
            )  # fmt: skip

    def test_every_entry_names_both(self, cast):
        deputy = User.objects.get(pk=cast.other_grid_chief.pk)
        deputy.acting = delegate(cast)
        services.change_person(cast.manager, changes={"post": "组长"}, by=deputy, now=NOW)
        entry = Entry.objects.get(verb=Verb.USER_CHANGED)
        assert (entry.actor_name, entry.detail["on_behalf_of"]) == ("程网二（代程网一）", "T1001")
        assert entry.employee_no == "T1002", "the hand is the deputy's"
        assert entry.is_ours()

    def test_the_pages_hand_over_stand_in_and_take_back(self, cast):
        client = cast.confirmed_client(cast.chief)
        fields = {
            "deputy_no": "T1002", "roles": ["grid_chief"], "first": str(TODAY), "last": str(TODAY + timedelta(days=3)),
            "reason": "培训",
        }  # fmt: skip
        assert client.post("/me/delegations/new/", fields).status_code == 302
        assert "已委托 <strong>程网二</strong>" in client.get("/me/").content.decode()
        assert "可代 <strong>程网一</strong>" in cast.client(cast.other_grid_chief).get("/me/").content.decode()
        for wrong in ({"deputy_no": "T9999"}, {"roles": ["auditor"]}, {"last": "2020-01-01"}, {"deputy_no": "T0006"}):
            assert client.post("/me/delegations/new/", {**fields, **wrong}).status_code == 422
        assert cast.client(cast.chief).post("/me/delegations/new/", fields).url.startswith("/login/again/")
