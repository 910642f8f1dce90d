"""Compares YAML documents with the schemas that their owners publish: Kubernetes' own, and KServe's.

    python validate.py FILE...

Prints a line for each document, and ends with status 1 when one is wrong.
"""

import ast
import importlib.util
import pathlib
import re
import sys

import jsonschema
import kubernetes_validate
import referencing
import yaml
from kubernetes_validate.utils import schema_contents

# The oldest that the manifests are written for, and the newest.
VERSIONS = ["1.30", "1.37"]
NEWEST = "v1.37.0-local-strict"
PLAIN = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "object": "object"}


def main():
    failed = False
    for path in map(pathlib.Path, sys.argv[1:]):
        for document in yaml.safe_load_all(path.read_text()):
            name = f"{path.name}: {document['kind']} {document['metadata']['name']}"
            problem = find_problem(document)
            failed = failed or problem is not None
            print(f"{name}: {problem or 'valid'}")
    sys.exit(1 if failed else 0)


def find_problem(document):
    try:
        if document["apiVersion"].startswith("serving.kserve.io/"):
            validate_kserve(document)
            return None
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)
        return None
    except jsonschema.ValidationError as error:
        return f"{error.json_path}: {error.message[:300]}"
    except kubernetes_validate.SchemaNotFoundError as error:
        return error.message


def validate_kserve(document):
    """KServe publishes its types as Python classes, generated from its definitions. What they take from Kubernetes
    is compared with Kubernetes' schema."""
    definitions = schema_contents(f"kubernetes-json-schema/{NEWEST}/_definitions.json", NEWEST)
    registry = referencing.Resource.from_contents(definitions) @ referencing.Registry()
    # Found and not imported: the package's own dependencies are not here.
    package = pathlib.Path(importlib.util.find_spec("kserve").submodule_search_locations[0])
    version = document["apiVersion"].split("/")[1]
    schema = schema_of(f"{version.capitalize()}{document['kind']}", package / "models", definitions)
    jsonschema.Draft202012Validator(schema, registry=registry).validate(document)


def schema_of(type_name, folder, definitions):
    if type_name in PLAIN:
        return {"type": PLAIN[type_name]}
    if match := re.fullmatch(r"list\[(.*)\]", type_name):
        return {"type": "array", "items": schema_of(match[1], folder, definitions)}
    if match := re.fullmatch(r"dict\(str, (.*)\)", type_name):
        return {"type": "object", "additionalProperties": schema_of(match[1], folder, definitions)}
    source = folder / f"{snake(type_name)}.py"
    if source.exists():
        types, names, required = read_class(source)
        properties = {names[key]: schema_of(types[key], folder, definitions) for key in types}
        return {"type": "object", "properties": properties, "additionalProperties": False, "required": required}
    if match := re.fullmatch(r"V1([A-Z]\w*)", type_name):
        for group in "io.k8s.api.core.v1", "io.k8s.apimachinery.pkg.apis.meta.v1":
            if f"{group}.{match[1]}" in definitions["$defs"]:
                return {"$ref": f"{definitions['$id']}#/$defs/{group}.{match[1]}"}
    # Types that are neither, such as quantities and durations.
    return {}


def read_class(source):
    """Types of the attributes, their names in YAML, and the names that must be there."""
    tables = {"openapi_types": {}, "attribute_map": {}}
    text = source.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in tables:
            tables[node.targets[0].id] = ast.literal_eval(node.value)
    names = tables["attribute_map"]
    required = [names[key] for key in re.findall(r"Invalid value for `(\w+)`, must not be `None`", text)]
    return tables["openapi_types"], names, required


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


main()
