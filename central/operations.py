"""What each call of the interface takes and answers, for `docs/openapi.json`."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic import BaseModel

from central.shapes import (
    ChangesPageShape,
    EnrolAnswerShape,
    EnrolRequestShape,
    FinalAnswerShape,
    HelloAnswerShape,
    HelloShape,
    LossNotedShape,
    ManifestAnswerShape,
    ManifestsAnswerShape,
    ManifestShape,
    ManifestsShape,
    ProofsPageShape,
    ReturnedProofsShape,
)
from sync.protocol import PARTIAL_UPLOAD, PROBLEM_MEDIA_TYPE

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "A problem",
        "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
    }
}


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _header(description: str, *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "description": description, "schema": {"type": "string"}}


_SIGNED_HEADERS = [
    {"name": name, "in": "header", **_header(text)}
    for name, text in (
        ("Signature-Input", "RFC 9421; keyid is the kiosk, nonce a counter that only rises"),
        ("Signature", "RFC 9421, Ed25519"),
    )
]
_DIGEST_HEADER = {
    "name": "Content-Digest",
    "in": "header",
    **_header("RFC 9530, sha-256, covered by the signature"),
}
_OFFSET_HEADERS = {
    "Upload-Offset": {"schema": {"type": "string"}, "description": "bytes that have arrived"},
    "Upload-Complete": {"schema": {"type": "string"}, "description": "?1 once all have"},
    "Upload-Length": {"schema": {"type": "string"}, "description": "bytes announced"},
}

ENROL: dict[str, Any] = {
    "status_code": 201,
    "responses": {201: {"model": EnrolAnswerShape}},
    "openapi_extra": _takes(EnrolRequestShape),
}
HELLO: dict[str, Any] = {
    "responses": {200: {"model": HelloAnswerShape}},
    "openapi_extra": {"parameters": [*_SIGNED_HEADERS, _DIGEST_HEADER], **_takes(HelloShape)},
}
ANNOUNCE: dict[str, Any] = {
    "status_code": 201,
    "responses": {
        200: {"model": ManifestAnswerShape, "description": "The same again"},
        201: {"model": ManifestAnswerShape, "description": "New"},
        409: {"description": "Another entry is held under this id"},
    },
    "openapi_extra": {"parameters": [*_SIGNED_HEADERS, _DIGEST_HEADER], **_takes(ManifestShape)},
}
ANNOUNCE_ALL: dict[str, Any] = {
    "responses": {200: {"model": ManifestsAnswerShape}},
    "openapi_extra": {"parameters": [*_SIGNED_HEADERS, _DIGEST_HEADER], **_takes(ManifestsShape)},
}
PROOFS: dict[str, Any] = {
    "responses": {200: {"model": ProofsPageShape}},
    "openapi_extra": {"parameters": _SIGNED_HEADERS},
}
RETURN_PROOFS: dict[str, Any] = {
    "responses": {200: {"model": LossNotedShape}},
    "openapi_extra": {
        "parameters": [*_SIGNED_HEADERS, _DIGEST_HEADER],
        **_takes(ReturnedProofsShape),
    },
}
CHANGES: dict[str, Any] = {
    "responses": {200: {"model": ChangesPageShape}},
    "openapi_extra": {"parameters": _SIGNED_HEADERS},
}
CATALOGUE: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "The next bytes, at most 256 KiB; none at the end",
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
    "openapi_extra": {"parameters": _SIGNED_HEADERS},
}
UPLOAD_HEAD: dict[str, Any] = {
    "status_code": 204,
    "responses": {204: {"description": "How far it is", "headers": _OFFSET_HEADERS}},
    "openapi_extra": {"parameters": _SIGNED_HEADERS},
}
UPLOAD_PATCH: dict[str, Any] = {
    "status_code": 200,
    "responses": {
        200: {"model": FinalAnswerShape, "description": "All has arrived and is held"},
        204: {"description": "These bytes have arrived", "headers": _OFFSET_HEADERS},
        409: {"description": "Another offset is expected", "headers": _OFFSET_HEADERS},
        413: {"description": "Upload-Limit tells the largest body"},
        422: {"description": "The whole is not the announced entry; it starts again at 0"},
    },
    "openapi_extra": {
        "parameters": [
            *_SIGNED_HEADERS,
            _DIGEST_HEADER,
            {"name": "Upload-Offset", "in": "header", **_header("where these bytes belong")},
            {"name": "Upload-Complete", "in": "header", **_header("?1 with the last bytes")},
        ],
        "requestBody": {
            "required": True,
            "content": {PARTIAL_UPLOAD: {"schema": {"type": "string", "format": "binary"}}},
        },
    },
}
