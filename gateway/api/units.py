"""Units: the tree of organisations, its changes, and the people who answer for each."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "units"
_ONE: Final = "/units/{unit_id}"

OPERATIONS: Final[tuple[Operation, ...]] = (
    query("list_units", "/units", "reporting.ListUnits",
          tag=_TAG, summary="Units that the caller may see", items="units"),
    query("get_unit", _ONE, "reporting.GetUnit", tag=_TAG, summary="One unit"),
    query("list_children", _ONE + "/children", "reporting.ListUnits",
          tag=_TAG, summary="The units directly below one", items="units", fills={"unit_id": "parent_id"}),
    query("get_unit_history", _ONE + "/history", "reporting.GetUnitHistory",
          tag=_TAG, summary="Everything that happened to a unit, oldest first", items="items"),
    command("establish_unit", "POST", "/units", "reporting.EstablishUnit",
            tag=_TAG, summary="Establish a unit", status=201, required=("parent_id", "name", "kind"),
            example={"parent_id": "unit_0v3k9d1m7q2x8b4c", "code": "370211.12.3", "name": "第三党支部",
                     "kind": "branch", "members": 23}),
    command("rename_unit", "PUT", _ONE + "/name", "reporting.RenameUnit",
            tag=_TAG, summary="Give a unit another name", required=("name",),
            example={"name": "机关第一党支部", "reason": "机构改革"}),
    command("count_members", "PUT", _ONE + "/members", "reporting.CountMembers",
            tag=_TAG, summary="Set how many members a unit has", required=("members",), example={"members": 24}),
    command("transfer_unit", "POST", _ONE + "/transfer", "reporting.TransferUnit",
            tag=_TAG, summary="Place a unit, with all below it, under another", required=("to_parent_id",),
            example={"to_parent_id": "unit_0v3k9d1m7q2x8b4c", "reason": "隶属关系调整"}),
    command("merge_unit", "POST", _ONE + "/merge", "reporting.MergeUnit",
            tag=_TAG, summary="Merge a unit into another: its children and open work go there",
            required=("into_unit_id",), example={"into_unit_id": "unit_0v3k9d1m7q2x8b4c", "reason": "合并"}),
    command("abolish_unit", "POST", _ONE + "/abolish", "reporting.AbolishUnit",
            tag=_TAG, summary="Abolish a unit that has no children and no open work", example={"reason": "撤销"}),
    command("appoint_post_holder", "POST", _ONE + "/posts", "reporting.AppointPostHolder",
            tag=_TAG, summary="Say who holds a post of a unit; without post_id, a new post", status=201,
            required=("person_name",),
            example={"post_name": "党支部书记", "person_name": "王某某", "acting": False, "first": True}),
    command("hand_over_post", "POST", _ONE + "/posts/{post_id}/hand-over", "reporting.HandOverPost",
            tag=_TAG, summary="Hand a post over to another person, with its open items",
            required=("person_name",), example={"person_name": "李某某", "acting": True}),
)  # fmt: skip
