"""What is wrong with an AsyncAPI 3.0 document.

The rules that a reader of ours depends on, from the text of the specification:
fixed fields, refs that lead somewhere, operations that use the messages of
their own channel, schemas of JSON Schema draft 7.  It is not the official
parser, which Debian has not: of AsyncAPI's own dialect of schemas it knows draft
7 alone; that runtime expressions, patterns of other languages or bindings fit
is not looked at.
"""

import re

import jsonschema

KEY = re.compile(r"[A-Za-z0-9._-]+")

# kind: (fields that must be there, fields that may be)
FIELDS = {
    "document": ("asyncapi info", "id servers defaultContentType channels"
                 " operations components"),
    "info": ("title version", "description termsOfService contact license tags"
             " externalDocs"),
    "server": ("host protocol", "protocolVersion pathname description title"
               " summary variables security tags externalDocs bindings"),
    "channel": ("messages", "address title summary description servers"
                " parameters tags externalDocs bindings"),
    "operation": ("action channel messages", "title summary description"
                  " security tags externalDocs bindings traits reply"),
    "reply": ("channel messages", "address"),
    "message": ("name headers payload", "correlationId contentType title"
                " summary description tags externalDocs bindings examples"
                " traits"),
    "components": ("schemas messages", "servers channels operations"
                   " serverVariables parameters correlationIds replies"
                   " replyAddresses externalDocs tags operationTraits"
                   " messageTraits serverBindings channelBindings"
                   " operationBindings messageBindings securitySchemes"),
    "security": ("type", "description name in scheme bearerFormat flows"
                 " openIdConnectUrl scopes"),
}
SECURITY = ("userPassword apiKey X509 symmetricEncryption asymmetricEncryption"
            " httpApiKey http oauth2 openIdConnect plain scramSha256"
            " scramSha512 gssapi").split()


def resolve(document, ref):
    """What a ref leads to; KeyError when it leads nowhere."""
    if not ref.startswith("#/"):
        raise KeyError(ref)
    at = document
    for part in ref[2:].split("/"):
        at = at[part.replace("~1", "/").replace("~0", "~")]
    return at


def validator(document, schema):
    """Checks values against a schema of the document."""
    return jsonschema.Draft7Validator(
        schema, resolver=jsonschema.RefResolver("", document))


class Lint:
    def __init__(self, document):
        self.document = document
        self.faults = []

    def wrong(self, where, what):
        self.faults.append(f"{where}: {what}")

    def fields(self, kind, where, value):
        needed, more = (text.split() for text in FIELDS[kind])
        for name in needed:
            if name not in value:
                self.wrong(where, f"{name} is missing")
        for name in value:
            if name not in needed + more and not name.startswith("x-"):
                self.wrong(where, f"{name} is no field of a {kind}")

    def refs(self, value, where="#"):
        if isinstance(value, list):
            for n, one in enumerate(value):
                self.refs(one, f"{where}/{n}")
        elif isinstance(value, dict):
            for name, one in value.items():
                self.refs(one, f"{where}/{name}")
            ref = value.get("$ref")
            if isinstance(ref, str):
                try:
                    resolve(self.document, ref)
                except (KeyError, TypeError):
                    self.wrong(where, f"{ref} leads nowhere")

    def schema(self, where, schema):
        try:
            jsonschema.Draft7Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            self.wrong(where, error.message)

    def names(self, where, names):
        for name in names:
            if not KEY.fullmatch(name):
                self.wrong(where, f"{name!r} is no name")

    def inside(self, where, channel, messages):
        """Messages of an operation are those of its channel, by ref."""
        prefix = channel.get("$ref", "?") + "/messages/"
        if not channel.get("$ref", "").startswith("#/channels/"):
            self.wrong(where, "its channel is none of the document")
        if not messages:
            self.wrong(where, "it has no message")
        for message in messages:
            if not message.get("$ref", "").startswith(prefix):
                self.wrong(where, f"{message} is not of its channel")

    def operations(self):
        used = set()
        for name, one in self.document["operations"].items():
            where = f"operations/{name}"
            self.fields("operation", where, one)
            if one.get("action") not in ("send", "receive"):
                self.wrong(where, "neither sends nor receives")
            parts = [(where, one)]
            if "reply" in one:
                self.fields("reply", where + "/reply", one["reply"])
                parts.append((where + "/reply", one["reply"]))
            for place, part in parts:
                messages = part.get("messages", [])
                self.inside(place, part.get("channel", {}), messages)
                used.update(m.get("$ref") for m in messages)
        for name, channel in self.document["channels"].items():
            for message in channel.get("messages", {}):
                if f"#/channels/{name}/messages/{message}" not in used:
                    self.wrong(f"channels/{name}", f"nobody says {message}")

    def channels(self):
        for name, one in self.document["channels"].items():
            self.fields("channel", f"channels/{name}", one)
            for server in one.get("servers", []):
                if not server.get("$ref", "").startswith("#/servers/"):
                    self.wrong(f"channels/{name}", f"{server} is no server")

    def components(self):
        parts = self.document["components"]
        self.fields("components", "components", parts)
        for kind, values in parts.items():
            self.names(f"components/{kind}", values)
        for name, one in parts.get("messages", {}).items():
            where = f"components/messages/{name}"
            self.fields("message", where, one)
            for part in ("headers", "payload"):
                self.schema(f"{where}/{part}", one.get(part, {}))
        for name, one in parts.get("schemas", {}).items():
            self.schema(f"components/schemas/{name}", one)
        for name, one in parts.get("securitySchemes", {}).items():
            self.fields("security", f"securitySchemes/{name}", one)
            if one.get("type") not in SECURITY:
                self.wrong(f"securitySchemes/{name}", "is of no known type")

    def all(self):
        document = self.document
        self.fields("document", "the document", document)
        if document.get("asyncapi") != "3.0.0":
            self.wrong("asyncapi", "is not 3.0.0")
        self.fields("info", "info", document["info"])
        for name, one in document["servers"].items():
            self.fields("server", f"servers/{name}", one)
        for kind in ("servers", "channels", "operations"):
            self.names(kind, document[kind])
        self.refs(document)
        self.channels()
        self.operations()
        self.components()
        return self.faults


def faults(document):
    """What is wrong with it, each with its place."""
    return Lint(document).all()
