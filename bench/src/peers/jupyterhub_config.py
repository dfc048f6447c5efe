"""JupyterHub as its own documentation sets it up for one machine, with a local process per notebook server."""

import os

c = get_config()  # noqa: F821 -- JupyterHub defines it

port = int(os.environ["BENCH_PORT"])
folder = os.environ["BENCH_FOLDER"]
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.allow_all = True
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.SimpleLocalProcessSpawner.home_dir_template = folder + "/home/{username}"
c.Spawner.args = ["--allow-root"]
# A restart of the hub finds servers and proxy again.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.auth_token = os.environ["BENCH_TOKEN"]
c.JupyterHub.services = [{"name": "bench", "api_token": os.environ["BENCH_TOKEN"]}]
c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers", "proxy"]}]
# As much patience as we have with ours: other work may keep the machine busy.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
