"""A FastAPI app (async): a family logs in, opens an application, hands it in and looks at it."""
# Start: pip install fastapi uvicorn; web = make_app(service) in main.py; uvicorn main:web

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse

from eduid_core import commands
from eduid_core.service import Service, form_of
from eduid_core.values import Actor, CallerError, PrivateText, Refused
from eduid_core.workflow import Command

Token = Annotated[str, Header()]


def make_app(service: Service) -> FastAPI:
    """Return the app over *service*, one for the process."""
    web = FastAPI(title="eduid")

    async def give(command: Command) -> JSONResponse:
        answer = await service.ahandle(command)
        if isinstance(answer, Refused):
            return JSONResponse({"code": answer.code, "zh": answer.zh}, status_code=409)
        return JSONResponse({n: getattr(answer, n) for n in ("subject", "status", "revision", "token")})

    @web.post("/session")
    async def log_in(fields: dict[str, str]) -> JSONResponse:
        name, password = PrivateText(fields.get("username", "")), PrivateText(fields.get("password", ""))
        return await give(commands.LogIn(by=service.anonymous(), username=name, password=password))

    @web.post("/applications")
    async def open_(fields: dict[str, str], token: Token, key: Token = "") -> JSONResponse:
        try:
            return await give(commands.Open(by=_signed_in(service.actor(token)), form=form_of(fields), key=key))
        except CallerError as error:
            raise HTTPException(422, str(error)) from None

    @web.post("/applications/{key}/submit")
    async def submit(key: str, consent: str, token: Token) -> JSONResponse:
        by = _signed_in(service.actor(token))
        return await give(commands.Submit(by=by, subject=key, consent_text=consent))

    @web.get("/applications/{key}")
    def look(key: str, token: Token) -> dict[str, Any]:
        by, state = _signed_in(service.actor(token)), service.state("application", key)
        if getattr(getattr(state, "file", None), "account_id", "") != by.id:
            raise HTTPException(404)
        return {"status": state.status, "name": str(state.form.name)}  # masked

    return web


def _signed_in(by: Actor | Refused) -> Actor:
    if isinstance(by, Refused):
        raise HTTPException(401, by.zh)
    return by
