"""The same package as a CASE/UCO graph (JSON-LD), so that forensic tools read who held what, and which bytes it is.

Made from what the package says already, nothing else: no person, place or number stands here that is not in
`record.json` or `custody.json`. Source: CASE 1.5.0, UCO 1.5.0 (caseontology.org).
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

NAME = "data/case.jsonld"
CONTEXT = {
    "kb": "urn:shijian:evidence:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ACTS = {
    "captured": "采集入库", "sent": "移交", "accepted": "接收", "declined": "拒收", "withdrawn": "撤回移交",
    "moved": "变更存放地点", "released": "移出本局", "state": "处理", "downloaded": "下载原件",
}  # fmt: skip
Node = dict[str, Any]


class Graph:
    """Nodes by id; a node said twice is the same one."""

    def __init__(self, bureau: str) -> None:
        self.bureau, self.nodes = bureau, dict[str, Node]()

    def add(self, kind: str, key: str, **facts: Any) -> Node:
        """A node of a class, its id made from `key`; the reference to it. Empty facts are left out."""
        name = kind.rsplit(":", 1)[-1]
        found = f"kb:{name}-{uuid5(NAMESPACE_URL, f'shijian:{self.bureau}:{name}:{key}')}"
        told = {_property(each): value for each, value in facts.items() if value not in (None, "", [])}
        self.nodes.setdefault(found, {"@id": found, "@type": kind, **told})
        return {"@id": found}

    def text(self) -> bytes:
        told = {"@context": CONTEXT, "@graph": list(self.nodes.values())}
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def graph_of(about: Mapping[str, Any], chains: list[Any], sums: Mapping[str, str], sizes: Mapping[str, int]) -> bytes:
    """`about` and `chains` as in `record.json` and `custody.json`; `sums` and `sizes` of the files of the package."""
    graph = Graph(about["record"]["bureau"])
    organ = graph.add("uco-identity:Organization", graph.bureau, core_name=graph.bureau)
    files = {name: _file(graph, name, sums[name], sizes[name]) for name in sums if name.startswith("data/")}
    people = {tuple(entry["content"][side]): None for chain in chains for entry in chain["entries"]
              for side in ("by", "to") if entry["content"].get(side)}  # fmt: skip
    names = {number: _person(graph, number, name) for number, name in people}
    exhibits: dict[str, Node] = {}
    records = []
    for item in about["items"]:
        subject = f"item:{item['particulars']['id']}"
        held = files.get(item["file"]) or graph.add("uco-core:UcoObject", subject, core_name=item["label"])
        exhibits[subject] = held
        records.append(_provenance(graph, subject, item, held))
    for good, chain in zip(
        about["goods"], (each for each in chains if each["subject"].startswith("good:")), strict=True
    ):
        said = "，".join(
            each for each in (good["spec"], f"{good['quantity']}{good['unit']}", good["condition"]) if each
        )
        thing = graph.add(
            "uco-core:UcoObject", chain["subject"], core_name=f"{good['label']} {good['name']}", core_description=said
        )
        exhibits[chain["subject"]] = thing
        facts = {"investigation_exhibitNumber": good["label"], "core_object": [thing]}
        records.append(graph.add("case-investigation:ProvenanceRecord", chain["subject"], **facts))
    provenance = dict(zip(exhibits, records, strict=True))
    actions = [action for chain in chains for action in _actions(graph, chain, about, exhibits, provenance, names)]
    relations = [_relation(graph, each, exhibits) for each in about["bindings"] if not each["taken_back"]]
    graph.add(
        "case-investigation:Investigation",
        about["record"]["number"],
        core_name=f"{about['record']['title']} {about['record']['number']}",
        core_description=about["exported"]["purpose"],
        core_createdBy=organ,
        core_object=[*records, *actions, *relations, *files.values()],
    )
    return graph.text()


def _file(graph: Graph, name: str, sha256: str, size: int) -> Node:
    digest = graph.add(
        "uco-types:Hash", name, types_hashMethod="SHA256",
        types_hashValue=_typed("xsd:hexBinary", sha256),
    )  # fmt: skip
    facets = [
        graph.add(
            "uco-observable:FileFacet", name, observable_fileName=name.rsplit("/", 1)[-1], observable_filePath=name,
            observable_isDirectory=False, observable_sizeInBytes=_typed("xsd:integer", str(size)),
        ),
        graph.add("uco-observable:ContentDataFacet", name, observable_hash=[digest]),
    ]  # fmt: skip
    return graph.add("uco-observable:File", name, core_hasFacet=facets)


def _person(graph: Graph, number: str, name: str = "") -> Node:
    return graph.add("uco-identity:Person", number, core_name=f"{name}（{number}）" if name else number)


def _provenance(graph: Graph, subject: str, item: Mapping[str, Any], held: Node) -> Node:
    told = item["particulars"]
    return graph.add(
        "case-investigation:ProvenanceRecord",
        subject,
        core_name=told["title"],
        core_description=[told["purpose"]],
        investigation_exhibitNumber=str(told["number"]),
        core_object=[held],
    )


def _place(graph: Graph, name: str, lon: float | None = None, lat: float | None = None) -> list[Node]:
    """A place as the package names it, with its point where the item has one."""
    if not name and lon is None:
        return []
    facets = []
    if lon is not None:
        point = {
            "location_longitude": _typed("xsd:decimal", f"{lon:f}"),
            "location_latitude": _typed("xsd:decimal", f"{lat:f}"),
        }
        facets.append(graph.add("uco-location:LatLongCoordinatesFacet", f"{lon} {lat}", **point))
    return [graph.add("uco-location:Location", f"{name} {lon} {lat}", core_name=name, core_hasFacet=facets)]


def _actions(
    graph: Graph,
    chain: Mapping[str, Any],
    about: Mapping[str, Any],
    exhibits: Mapping[str, Node],
    provenance: Mapping[str, Node],
    names: dict[str, Node],
) -> list[Node]:
    """Each entry of a chain as an action: who did it, with whom, on what, where; a hand-over names both sides."""
    subject = chain["subject"]
    item = next(
        (each["particulars"] for each in about["items"] if f"item:{each['particulars']['id']}" == subject), None
    )
    made: list[Node] = []
    sender = ""
    for entry in chain["entries"]:
        told = entry["content"]
        act, by = told["act"], told["by"][0]
        others = [told["to"][0]] if told["to"] and told["to"][0] != by else []
        others += [sender] if act in {"accepted", "declined"} and sender else []
        place = _place(graph, told["place"])
        if act == "captured" and item:
            others += [item[name] for name in ("officer", "second_officer") if item[name]]
            place = _place(graph, item["taken_place"], item["lon_wgs84"], item["lat_wgs84"]) or place
        others = [each for each in dict.fromkeys(others) if each != by]
        made.append(
            graph.add(
                "case-investigation:InvestigativeAction",
                f"{subject} {told['seq']}",
                core_name=ACTS.get(act, act),
                core_description=[
                    each for each in (told["outside"], told["note"], f"custody sha256 {entry['hash']}") if each
                ],
                action_startTime=_typed("xsd:dateTime", told["at"]),
                action_performer=names[by],
                action_participant=[names.get(each) or _person(graph, each) for each in others],
                action_object=[exhibits[subject]],
                action_location=place,
                action_result=[provenance[subject]] if act == "captured" else [],
                investigation_wasInformedBy=made[-1:],
            )
        )
        sender = by if act == "sent" else ""
    return made


def _relation(graph: Graph, binding: Mapping[str, Any], exhibits: Mapping[str, Node]) -> Node:
    """A recording that supports a paper, which is named by its hash."""
    told = binding["content"]
    digest = graph.add(
        "uco-types:Hash", f"paper {told['paper_sha256']}", types_hashMethod="SHA256",
        types_hashValue=_typed("xsd:hexBinary", told["paper_sha256"]),
    )  # fmt: skip
    facet = graph.add("uco-observable:ContentDataFacet", f"paper {told['paper_sha256']}", observable_hash=[digest])
    paper = graph.add(
        "uco-observable:ObservableObject", f"paper {told['paper']}",
        core_name=f"{told['paper_name']} {told['paper_number']}".strip(), core_hasFacet=[facet],
    )  # fmt: skip
    first, last = told["seconds"]
    said = "" if first is None else f"{first}–{'' if last is None else last} s"
    return graph.add(
        "uco-core:Relationship", told["id"], core_source=[exhibits[f"item:{told['item']}"]], core_target=paper,
        core_isDirectional=True, core_kindOfRelationship="supports",
        core_description=[each for each in (said, told["remark"]) if each],
    )  # fmt: skip


def _property(name: str) -> str:
    """core_name → uco-core:name."""
    module, _, rest = name.partition("_")
    return f"case-investigation:{rest}" if module == "investigation" else f"uco-{module}:{rest}"


def _typed(kind: str, value: str) -> Node:
    return {"@type": kind, "@value": value}
