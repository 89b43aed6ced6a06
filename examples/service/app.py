"""capaian over HTTP: `uvicorn --factory app:create`.

| | |
|---|---|
| `POST /score` | the result of everybody in the evidence, as `Scores.to_json` |
| `POST /explain` | why one subject's score is what it is |
| `POST /record` | the audit record of one subject's result |
| `POST /check` | everything that is wrong; nothing is scored |
| `GET /policies` | the policies, their editions and fingerprints |
| `GET /health` | whether it is up |

Evidence and identifiers come in the body, never in an address: addresses are written into logs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from limits import Limits
from problems import ProblemError, answer, of_capaian
from reading import Asked, ExplainAsked, RecordAsked, proved, read_body
from starlette.exceptions import HTTPException
from working import Workers

import capaian
from capaian.errors import findings_document, place_of, plain_json
from capaian.policy import edition_on, load_editions
from capaian.scores import Plan, make_plan
from schemas import components, described

LOG = logging.getLogger("capaian.service")


class Engine:
    """The policies of a folder, read and proved once. Every thread scores with the same."""

    def __init__(self, folder: Path) -> None:
        editions = load_editions(folder)
        self.plans: list[Plan] = [make_plan(each) for each in editions]

    @property
    def names(self) -> list[str]:
        """The ids of the policies."""
        return sorted({each.policy.id for each in self.plans})

    def plan(self, asked: Asked) -> Plan:
        """Return the edition of a policy that is in force at the end of a period.

        Raises
        ------
        ProblemError, capaian.CapaianError
            No such policy; no edition on that day; no such period.
        """
        period = capaian.read_period(asked.period)
        own = [each for each in self.plans if each.policy.id == asked.policy]
        if not own:
            raise ProblemError.of("SVC-06", "/policy", known=", ".join(self.names))
        policy = edition_on([each.policy for each in own], period.last)
        return next(each for each in own if each.policy is policy)


def score(plan: Plan, asked: Asked) -> str:
    """Return the whole result: the bytes of the library and of the command line."""
    return _scores(plan, asked).to_json()


def explain(plan: Plan, asked: ExplainAsked) -> str:
    """Return one subject's explanation."""
    return _scores(plan, asked).explain(asked.subject).to_json()


def record(plan: Plan, asked: RecordAsked) -> str:
    """Return one subject's record."""
    return _scores(plan, asked).record(asked.subject, asked.made_at).to_json()


def check(plan: Plan, asked: Asked) -> str:
    """Return all findings."""
    tables = capaian.read_evidence(plan.policy, asked.evidence)
    found = capaian.check(plan.policy, tables, period=asked.period, as_of=asked.as_of)
    return _json(findings_document(found))


def _scores(plan: Plan, asked: Asked) -> capaian.Scores:
    tables = capaian.read_evidence(plan.policy, asked.evidence)
    return capaian.score(plan.policy, tables, period=asked.period, as_of=asked.as_of)


def _json(value: Any) -> str:
    return f"{plain_json(value)}\n"


def create(folder: Path | None = None, limits: Limits | None = None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    folder
        Where the policies are; `CAPAIAN_SERVICE_POLICIES` where left out.
    limits
        `CAPAIAN_SERVICE_SECONDS` and so on where left out.
    """
    limits = limits or Limits.read()
    engine = Engine(folder or Path(os.environ["CAPAIAN_SERVICE_POLICIES"]))
    workers = Workers(limits)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        workers.close()

    app = FastAPI(
        title="capaian", version=capaian.__version__, lifespan=living, docs_url=None, redoc_url=None
    )

    def served(
        work: Callable[[Plan, Any], str], kind: type[Asked]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            asked = proved(await read_body(request, limits), kind)
            try:
                plan = engine.plan(asked)
                text = await workers.run(lambda: work(plan, asked))
            except capaian.CapaianError as error:
                raise of_capaian(error, asked.evidence) from None
            return Response(text.encode(), media_type="application/json", headers=_rule(plan))

        return endpoint

    for path, work, kind, given, found in (
        ("/score", score, Asked, "Request", "Result"),
        ("/explain", explain, ExplainAsked, "ExplainRequest", "Explanation"),
        ("/record", record, RecordAsked, "RecordRequest", "Record"),
        ("/check", check, Asked, "Request", "Findings"),
    ):
        app.add_api_route(
            path, served(work, kind), methods=["POST"], response_class=Response,
            summary=(work.__doc__ or "").split("\n", maxsplit=1)[0],
            operation_id=work.__name__, openapi_extra=described(found, given),
        )  # fmt: skip

    @app.get("/policies", response_class=Response, openapi_extra=described("Policies"))
    async def policies() -> Response:
        """Return the policies."""
        return _answered({"policies": [_policy(each) for each in engine.plans]})

    @app.get("/health", response_class=Response, openapi_extra=described("Health"))
    async def health() -> Response:
        """Say that the service is up, and by which version."""
        count = len(engine.plans)
        return _answered({"status": "ok", "version": capaian.__version__, "policies": count})

    _describe(app, engine)
    _guard(app)
    return app


def _rule(plan: Plan) -> dict[str, str]:
    """Return the headers that name the rule; an edition may be any text."""
    return {
        "Capaian-Policy": plan.policy.id,
        "Capaian-Edition": quote(plan.policy.edition, safe=" +:,/"),
        "Capaian-Fingerprint": plan.fingerprint,
    }


def _policy(plan: Plan) -> dict[str, Any]:
    policy = plan.policy
    return {
        "id": policy.id,
        "edition": policy.edition,
        "title": dict(policy.title),
        "first": policy.first.isoformat(),
        "last": policy.last.isoformat() if policy.last else None,
        "fingerprint": plan.fingerprint,
    }


def _answered(value: Any) -> Response:
    return Response(_json(value).encode(), media_type="application/json")


def _describe(app: FastAPI, engine: Engine) -> None:
    """Put our schemas into the description that FastAPI makes."""
    made = app.openapi()
    made.setdefault("components", {})["schemas"] = components(engine.names)
    for path in made["paths"].values():
        for operation in path.values():
            # FastAPI's own guess at an answer that it does not model.
            operation["responses"]["200"]["content"].pop("text/plain", None)
    app.openapi_schema = made


def _guard(app: FastAPI) -> None:
    """Answer every fault as a problem, and say in every answer which version it is from."""

    @app.middleware("http")
    async def guarded(
        request: Request, go_on: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        try:
            response = await go_on(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, no traceback goes out
            # Type, file and line: the text of an error may hold what was in a row.
            LOG.error("fault %s", place_of(error))  # noqa: TRY400 - see above
            response = answer(ProblemError.of("SVC-00"))
        response.headers["Capaian-Version"] = capaian.__version__
        return response

    @app.exception_handler(ProblemError)
    async def problem(_: Request, error: ProblemError) -> Response:
        return answer(error)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        code = "SVC-12" if error.status_code == 405 else "SVC-11"
        response = answer(ProblemError.of(code))
        response.headers.update(error.headers or {})
        return response
