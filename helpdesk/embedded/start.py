"""`./run`: everything on one machine, from an empty folder to one address."""

import http.client
import socket

from .console import say
from .data_folder import DataFolder
from .desk import decide, demo_settings, first_page, is_demo
from .environment import environment_for, given_settings
from .ports import DEFAULT_PORT, HOST, listen, listen_anywhere
from .product import Product
from .refusal import Refusal
from .schema import is_up_to_date, mark_up_to_date
from .second_step import done_in_background
from .servers import Servers, running_servers
from .signals import StopRequested, hold_signals
from .supervisor import Supervisor

# The first start loads the demo data; a large migration may need longer still.
PREPARE_SECONDS = 600
_WEB_SECONDS = 60


def start(data: DataFolder, port: int | None, *, is_empty: bool = False) -> None:
    """Runs until Ctrl-C or SIGTERM."""
    if not data.claim():
        raise Refusal(already_running(data))
    hold_signals()
    supervisor = Supervisor(say)
    try:
        decide(data, given_settings(), is_empty=is_empty)
        with (
            listen(port) as listening,
            listen_anywhere() as outbox,
            running_servers(data, supervisor, given_settings()) as servers,
        ):
            if port is None and listening.getsockname()[1] != DEFAULT_PORT:
                say(f"Port {DEFAULT_PORT} is taken: using the next free one.")
            while True:
                _run(data, supervisor, servers, listening, outbox)
                say("The demo is gone. Starting again without it…")
                supervisor.stop_clients()
    except StopRequested:
        say("Stopped.")
    finally:
        data.release()


def _run(
    data: DataFolder, supervisor: Supervisor, servers: Servers, listening: socket.socket, outbox: socket.socket
) -> None:
    """Until the demo becomes somebody's own desk, or StopRequested."""
    address = f"http://localhost:{listening.getsockname()[1]}/"
    is_demo_here = is_demo(data, given_settings())
    environment = environment_for(
        given_settings(),
        addresses=servers.addresses,
        data=data.path,
        secret_key=data.secret_key(),
        SITE_URL=address.rstrip("/"),
        EMBEDDED_SERVERS="1" if servers.home else "0",
        **demo_settings(data, address, outbox.getsockname()[1] if is_demo_here else None),
    )
    product = Product(data, environment)
    _open_doors(supervisor, product, servers, listening)
    page = "" if is_demo_here else first_page(data, servers.addresses["DATABASE_URL"], environment["SECRET_KEY"])
    say(f"The helpdesk is ready: {address}{page} (Ctrl-C stops it; data and logs: {data.path})")
    data.announce(data.running() | {"address": address})
    supervisor.start(product.worker("pulse", concurrency=1))
    supervisor.start(product.worker("work", "slow", concurrency=2))
    supervisor.start(product.beat())
    if is_demo_here:
        supervisor.start(product.catcher(outbox))
    with done_in_background(data, environment):
        supervisor.watch(until=lambda: is_demo_here and data.is_own_desk)


def already_running(data: DataFolder) -> str:
    running = data.running()
    if "address" in running:
        return f"The helpdesk already runs on {data.path}: {running['address']} (process {running['pid']})."
    return (
        f"Another command is using {data.path} (process {running.get('pid', 'unknown')}):"
        " wait for its end, or choose another folder with --data."
    )


def _open_doors(supervisor: Supervisor, product: Product, servers: Servers, listening: socket.socket) -> None:
    """Migrations, demo data, and the web process that answers."""
    web = product.web(listening)
    if is_up_to_date(servers.home):
        # Nothing to migrate: the two slow imports of Django run side by side.
        supervisor.start(web)
        supervisor.run_to_end(product.preparing(), seconds=PREPARE_SECONDS)
    else:
        say("Preparing the database…")
        supervisor.run_to_end(product.preparing(), seconds=PREPARE_SECONDS)
        mark_up_to_date(servers.home)
        supervisor.start(web)
    port = listening.getsockname()[1]
    supervisor.wait_until_ready(web, lambda: _answers(port), seconds=_WEB_SECONDS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/livez", headers={"Host": f"localhost:{port}"})
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True
