"""
Fill in a workbook in LibreOffice as a person does, and save it: run by the Python of the system, which has `uno`.

Usage: soffice_fill_in.py SOFFICE BOOK KEYS OUT.xlsx OUT.ods; KEYS is JSON: sheet -> cell -> what is typed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


def value(name, content):
    return PropertyValue(Name=name, Value=content)


def connected(pipe):
    """Return the context of the program, once it answers."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("the program does not answer")


def type_in(context, book, keys):
    """Type each text into its cell through the dispatcher, so that protection holds as for a person."""
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    view = book.CurrentController
    for sheet, cells in keys.items():
        view.setActiveSheet(book.Sheets.getByName(sheet))
        for cell, text in cells.items():
            dispatcher.executeDispatch(view.Frame, ".uno:GoToCell", "", 0, (value("ToPoint", cell),))
            dispatcher.executeDispatch(view.Frame, ".uno:EnterString", "", 0, (value("StringName", text),))


def main(soffice, source, keys, *targets):
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"eduid-{Path(profile).name}"
        args = ["--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{profile}"]
        start = [soffice, *args, f"--accept=pipe,name={pipe};urp;"]
        program = subprocess.Popen(start, start_new_session=True, stdin=subprocess.DEVNULL)
        try:
            context = connected(pipe)
            manager = context.ServiceManager
            desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (value("Hidden", True),))
            type_in(context, book, json.loads(Path(keys).read_text("utf-8")))
            for target in map(Path, targets):
                book.storeToURL(target.as_uri(), (value("FilterName", FILTERS[target.suffix]),))
        finally:
            # Killed once both files are saved: without a screen this version crashes when it closes a workbook.
            os.killpg(program.pid, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
