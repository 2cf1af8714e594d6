"""The calls of kiosks, as `docs/openapi.json` publishes them.

What they do stands in `enrolment`, `intake` and `statuses`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from central import operations
from central.announcing import ManifestRefusal, Registered, register, register_all
from central.catalogues import piece_of
from central.enrolment import EnrolmentRefusal, enrol
from central.guard import known_id, read_message, same_kiosk, signed_request
from central.intake import (
    Upload,
    complete,
    find_upload,
    hear_hello,
    note_lost,
    proofs_since,
    upload_offset,
)
from central.limits import Limiter
from central.opening import note_opening
from central.platform import Platform
from central.problems import ProblemFound
from central.statuses import changes_since
from central.uploading import AppendProblem, Uploads, append_body
from kiosk.envelope import AppId, Epoch, KioskId, is_epoch
from sync.protocol import (
    MAX_APPEND_BYTES,
    MAX_PACKAGE_BYTES,
    PARTIAL_UPLOAD,
    UPLOAD_COMPLETE,
    UPLOAD_LIMIT,
    BadAnswer,
    ManifestsAnswer,
    ProblemCode,
    UploadOffset,
    read_enrol_request,
    read_hello,
    read_manifest,
    read_manifests,
    read_returned_proofs,
    read_upload_offset,
)

LIMITS = {UPLOAD_LIMIT: f"max-append-size={MAX_APPEND_BYTES}"}
WRONG_CODES_PER_HOUR = 30

_APPEND_REFUSALS = {
    AppendProblem.TOO_LARGE: (ProblemCode.TOO_LARGE, "Upload-Limit tells the largest body."),
    AppendProblem.PAST_THE_END: (ProblemCode.BAD_MESSAGE, "More bytes than were announced."),
    AppendProblem.DIGEST_MISMATCH: (
        ProblemCode.DIGEST_MISMATCH,
        "The body has not the signed digest.",
    ),
    AppendProblem.ENDED_EARLY: (
        ProblemCode.BUSY,
        "The request ended early; go on from Upload-Offset.",
    ),
}


def kiosk_calls(platform: Platform) -> APIRouter:
    """Return the routes of the kiosks' interface, version 1."""
    router = APIRouter(prefix="/v1", responses=operations.PROBLEMS)
    uploads = Uploads()
    _add_enrolment(router, platform)
    _add_conversation(router, platform, uploads)
    _add_catalogues(router, platform)
    _add_uploads(router, platform, uploads)
    return router


def _add_enrolment(router: APIRouter, platform: Platform) -> None:
    wrong_codes = Limiter(WRONG_CODES_PER_HOUR, 3600)

    @router.post("/enrol", **operations.ENROL)
    async def enrol_kiosk(request: Request) -> Response:
        """Enrol a kiosk by a one-time code; it proves that it holds the private key."""
        who = request.client.host if request.client else ""
        if wrong_codes.is_full(who):
            raise ProblemFound(
                ProblemCode.TOO_MANY, "Too many wrong codes.", headers={"Retry-After": "3600"}
            )
        message = await read_message(request, None, read_enrol_request)
        answer = await run_in_threadpool(enrol, platform, message)
        if isinstance(answer, EnrolmentRefusal):
            wrong_codes.count(who)
            raise ProblemFound(
                ProblemCode.ENROLMENT_REFUSED,
                "The code is wrong, used up or too old. Ask the office for a new one.",
            )
        return JSONResponse(answer.to_json(), 201)


def _add_conversation(router: APIRouter, platform: Platform, uploads: Uploads) -> None:
    @router.post("/kiosks/{kiosk}/hello", **operations.HELLO)
    async def say_hello(request: Request, kiosk: str) -> Response:
        """Tell how the kiosk is; hear what the platform has of its chain."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        hello = await read_message(request, signed, read_hello)
        answer = await run_in_threadpool(hear_hello, platform, signed.kiosk, hello)
        return JSONResponse(answer.to_json())

    @router.put("/kiosks/{kiosk}/entries/{app_id}", **operations.ANNOUNCE)
    async def announce_entry(
        request: Request, kiosk: str, app_id: str, after: BackgroundTasks
    ) -> Response:
        """Announce an entry; 201 when it is new, 200 when it is the same again."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        manifest = await read_message(request, signed, read_manifest)
        known = known_id(app_id)
        result = await run_in_threadpool(register, platform, signed.kiosk, known, manifest)
        if isinstance(result, ManifestRefusal):
            raise _refused(result)
        answer = result.answer
        if not answer.complete and answer.offset >= manifest.file_size:
            # All bytes came, and whoever took them died before it could prove it: nothing is left
            # to be sent, so nothing but this call would ever end it.
            await _complete_arrived(platform, uploads, signed.kiosk, known)
            again = await run_in_threadpool(register, platform, signed.kiosk, known, manifest)
            answer = again.answer if isinstance(again, Registered) else answer
            if answer.complete:
                after.add_task(note_opening, platform, known)
        status = 201 if result.is_new else 200
        return JSONResponse(answer.to_json(), status, background=after)

    @router.post("/kiosks/{kiosk}/entries", **operations.ANNOUNCE_ALL)
    async def announce_entries(request: Request, kiosk: str) -> Response:
        """Announce several entries at once; each is answered as if it had come alone."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        manifests = await read_message(request, signed, read_manifests)
        results = await run_in_threadpool(register_all, platform, signed.kiosk, manifests)
        told = tuple(
            it.answer if isinstance(it, Registered) else _refused(it).problem for it in results
        )
        return JSONResponse(ManifestsAnswer(told).to_json())

    @router.get("/kiosks/{kiosk}/proofs", **operations.PROOFS)
    async def list_proofs(
        request: Request,
        kiosk: str,
        epoch: str,
        since_seq: Annotated[int, Query(ge=0, le=99_999_999)] = 0,
    ) -> Response:
        """List the delivery proofs of one epoch above a seq: recovers every lost answer."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        if not is_epoch(epoch):
            raise ProblemFound(ProblemCode.BAD_MESSAGE, "epoch is no epoch")
        page = await run_in_threadpool(
            proofs_since, platform, signed.kiosk, Epoch(epoch), since_seq
        )
        return JSONResponse(page.to_json())

    @router.put("/kiosks/{kiosk}/proofs", **operations.RETURN_PROOFS)
    async def return_proofs(request: Request, kiosk: str) -> Response:
        """Give back proofs of entries that are not held any more and that the kiosk has erased."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        returned = await read_message(request, signed, read_returned_proofs)
        noted = await run_in_threadpool(note_lost, platform, signed.kiosk, returned)
        return JSONResponse(noted.to_json())

    @router.get("/kiosks/{kiosk}/changes", **operations.CHANGES)
    async def list_changes(
        request: Request, kiosk: str, since: Annotated[str, Query(pattern="^[0-9]{1,15}$")] = "0"
    ) -> Response:
        """List what happened after a cursor: statuses, staff lists, keysets, notices."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        page = await run_in_threadpool(changes_since, platform, signed.kiosk, int(since))
        return JSONResponse(page.to_json())


def _add_catalogues(router: APIRouter, platform: Platform) -> None:
    @router.get("/kiosks/{kiosk}/catalogues/{sha256}", **operations.CATALOGUE)
    async def give_catalogue(
        request: Request,
        kiosk: str,
        sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
        offset: Annotated[int, Query(ge=0, le=MAX_PACKAGE_BYTES)] = 0,
    ) -> Response:
        """Give a piece of a catalogue's package, named by its hash, from an offset on."""
        signed = await signed_request(request, platform)
        same_kiosk(signed, kiosk)
        piece = await run_in_threadpool(piece_of, platform, sha256, offset)
        if piece is None:
            raise ProblemFound(ProblemCode.NOT_FOUND, "There is no such catalogue.")
        return Response(piece, media_type="application/octet-stream")


def _add_uploads(router: APIRouter, platform: Platform, uploads: Uploads) -> None:
    @router.head("/uploads/{app_id}", **operations.UPLOAD_HEAD)
    async def tell_offset(request: Request, app_id: str) -> Response:
        """Tell how much of an upload has arrived."""
        signed = await signed_request(request, platform)
        upload = await _announced(platform, signed.kiosk, known_id(app_id))
        offset = await run_in_threadpool(upload_offset, platform, upload)
        return Response(status_code=204, headers={**offset.to_headers(), **LIMITS})

    @router.patch("/uploads/{app_id}", **operations.UPLOAD_PATCH)
    async def append(request: Request, app_id: str, after: BackgroundTasks) -> Response:
        """Append bytes to an upload; the last ones are answered with the delivery proof."""
        signed = await signed_request(request, platform)
        asked = _asked_offset(request)
        if signed.body_sha256 is None:
            raise ProblemFound(ProblemCode.BAD_MESSAGE, "Content-Digest with sha-256 is missing.")
        async with uploads.only_writer(known_id(app_id)) as superseded:
            if superseded is None:
                raise ProblemFound(
                    ProblemCode.BUSY, "Another request writes.", headers={"Retry-After": "2"}
                )
            upload = await _announced(platform, signed.kiosk, known_id(app_id))
            have = await run_in_threadpool(upload_offset, platform, upload)
            _refuse_other_offset(have, asked)
            problem = await append_body(
                request,
                platform.files,
                upload.app_id,
                room=upload.length - have.offset,
                expected_sha256=signed.body_sha256,
                superseded=superseded,
            )
            now = await run_in_threadpool(upload_offset, platform, upload)
            if problem is not None:
                raise _append_refusal(problem, now)
            if now.offset < upload.length:
                if asked.complete:
                    raise ProblemFound(
                        ProblemCode.BAD_MESSAGE,
                        "Upload-Complete is ?1, but bytes are missing.",
                        headers=now.to_headers(),
                    )
                return Response(status_code=204, headers={**now.to_headers(), **LIMITS})
            proof = await run_in_threadpool(complete, platform, upload)
        finished = {UPLOAD_COMPLETE: "?1"}
        if proof is None:
            raise ProblemFound(
                ProblemCode.NOT_THE_ENTRY,
                "The whole is not the announced entry; the upload starts again at 0.",
                headers=finished,
            )
        after.add_task(note_opening, platform, upload.app_id)
        return JSONResponse({"proof": proof.to_json()}, 200, finished, background=after)


def _refused(why: ManifestRefusal | BadAnswer) -> ProblemFound:
    if isinstance(why, BadAnswer):
        return ProblemFound(ProblemCode.BAD_MESSAGE, why.why)
    conflict = why is ManifestRefusal.CONFLICT
    code = ProblemCode.ID_CONFLICT if conflict else ProblemCode.BAD_MESSAGE
    return ProblemFound(code, why.value)


async def _complete_arrived(
    platform: Platform, uploads: Uploads, kiosk: KioskId, app_id: AppId
) -> None:
    async with uploads.only_writer(app_id) as superseded:
        if superseded is None:
            return  # somebody else is just doing it
        upload = await _announced(platform, kiosk, app_id)
        if not upload.is_held:
            await run_in_threadpool(complete, platform, upload)


async def _announced(platform: Platform, kiosk: KioskId, app_id: AppId) -> Upload:
    upload = await run_in_threadpool(find_upload, platform, kiosk, app_id)
    if upload is None:
        raise ProblemFound(ProblemCode.NOT_FOUND, "This entry was never announced.")
    return upload


def _asked_offset(request: Request) -> UploadOffset:
    if request.headers.get("content-type") != PARTIAL_UPLOAD:
        raise ProblemFound(ProblemCode.BAD_MESSAGE, f"Content-Type has to be {PARTIAL_UPLOAD}.")
    asked = read_upload_offset(request.headers)
    if not isinstance(asked, UploadOffset):
        raise ProblemFound(ProblemCode.BAD_MESSAGE, "Upload-Offset or Upload-Complete is missing.")
    return asked


def _refuse_other_offset(have: UploadOffset, asked: UploadOffset) -> None:
    if have.complete:
        raise ProblemFound(
            ProblemCode.COMPLETED_UPLOAD,
            "Everything has arrived before; the proof is among the proofs.",
            headers=have.to_headers(),
        )
    if asked.offset != have.offset:
        raise ProblemFound(
            ProblemCode.MISMATCHING_OFFSET,
            "Go on from expected-offset.",
            headers=have.to_headers(),
            members=(("expected-offset", have.offset), ("provided-offset", asked.offset)),
        )


def _append_refusal(problem: AppendProblem, now: UploadOffset) -> ProblemFound:
    headers = {**now.to_headers(), **LIMITS}
    code, detail = _APPEND_REFUSALS[problem]
    return ProblemFound(code, detail, headers=headers)
