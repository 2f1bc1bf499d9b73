"""A FastAPI app (async): a family opens an application, hands it in and looks at it."""
# Start: pip install fastapi uvicorn; web = make_app(service) in main.py; uvicorn main:web

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse

from eduid_core import commands
from eduid_core.findings import CallerError
from eduid_core.messages import text
from eduid_core.service import Refused, Service, form_of
from eduid_core.workflow import Actor, Command, Role


def signed_in(x_account: Annotated[str, Header()]) -> Actor:
    """Stand for your sessions: return whoever signed in, never what the request claims to be."""
    return Actor(id=x_account, role=Role.GUARDIAN)


By = Annotated[Actor, Depends(signed_in)]


def make_app(service: Service) -> FastAPI:
    """Return the app over *service*, one for the process."""
    web = FastAPI(title="eduid")

    async def give(command: Command) -> JSONResponse:
        answer = await service.ahandle(command)
        if isinstance(answer, Refused):
            said = text(answer.code, "zh", answer.params)
            return JSONResponse({"code": answer.code, "zh": said}, status_code=409)
        return JSONResponse({"status": answer.status, "revision": answer.revision})

    @web.put("/applications/{key}")
    async def open_(key: str, fields: dict[str, str], by: By) -> JSONResponse:
        try:
            filled = form_of(fields)
        except CallerError as error:
            raise HTTPException(422, str(error)) from None
        return await give(commands.Open(form=filled, subject=key, by=by, at=service.clock(), key=f"open {key}"))

    @web.post("/applications/{key}/submit")
    async def submit(key: str, consent: str, by: By) -> JSONResponse:
        return await give(commands.Submit(consent_text=consent, subject=key, by=by, at=service.clock()))

    @web.get("/applications/{key}")
    def look(key: str, by: By) -> dict[str, Any]:
        state: Any = service.state("application", key)
        if state is None or state.file.account_id != by.id:
            raise HTTPException(404)
        return {"status": state.status, "name": str(state.form.name)}  # masked

    return web
