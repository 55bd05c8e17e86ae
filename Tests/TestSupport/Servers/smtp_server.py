"""A mail server (aiosmtpd) that reads what it gets with Python's own parser.

usage: smtp_server.py none|starttls|implicit [user:password]

What it answers depends on the sender: refused, long; and on the recipient: missing, blocked, later, slow, drop; a text with `virus` is refused after DATA.
"""

import asyncio
import email
import email.policy
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from stand_in import certificate, tell, wait_for_end

mode = sys.argv[1]
account = sys.argv[2].split(":") if len(sys.argv) > 2 else None


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "refused":
            return f"550 5.7.1 <{address}>: not from here"
        if local == "long":
            return "552 5.3.4 too long"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "missing":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if local == "blocked":
            return f"550 5.7.1 <{address}>: not from you"
        if local == "plain":
            return "550 no"
        if local == "later":
            return f"451 4.3.0 <{address}>: come again"
        if local == "slow":
            await asyncio.sleep(30)
        if local == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        if b"virus" in raw:
            return "554 5.6.0 not this"
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        attachments = [part for part in parts if part.get_content_disposition() == "attachment"]
        bodies = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in parts if part not in attachments}
        tell(
            envelope={"from": envelope.mail_from, "to": envelope.rcpt_tos},
            tls=server.transport.get_extra_info("ssl_object") is not None,
            user=session.auth_data.login.decode() if session.auth_data else "",
            greeted=session.host_name,
            peer=str(session.peer[1]),
            headers={name.lower(): str(value) for name, value in message.items()},
            names=[name for name in message.keys()],
            text=bodies.get("text/plain", ""),
            html=bodies.get("text/html", ""),
            attachments=[
                {"name": part.get_filename(), "type": part.get_content_type(), "hex": part.get_payload(decode=True).hex()}
                for part in attachments
            ],
            defects=[repr(defect) for part in message.walk() for defect in part.defects]
            + [repr(defect) for value in message.values() for defect in value.defects],
            longest=max(len(line) for line in raw.split(b"\r\n")),
            ascii=raw.isascii(),
            bare=raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
            dots=sum(line.startswith(b".") for line in raw.split(b"\r\n")),
        )
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    isRight = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == account
    return AuthResult(success=isRight, handled=False, auth_data=data if isRight else None)


async def serve():
    context, authority = certificate()
    options = {"hostname": "stand-in", "authenticator": authenticate, "auth_required": account is not None}
    options["auth_require_tls"] = mode == "starttls"
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), **options), "127.0.0.1", 0, ssl=context if mode == "implicit" else None
    )
    tell(port=server.sockets[0].getsockname()[1], authority=authority)
    await server.serve_forever()


threading.Thread(target=wait_for_end, daemon=True).start()
asyncio.run(serve())
