"""Asks a service through clients of the Open Inference Protocol that others wrote, and prints what they got, as JSON.

Usage: open_inference_clients.py HOST:PORT MODEL < ROWS
ROWS is {"columns": {name: [values]}, "datatypes": {name: datatype}}. FP64 answers are printed as the hex of their bits.
"""
import asyncio
import json
import sys

import numpy as np
import tritonclient.http as triton
from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig
from tritonclient.utils import InferenceServerException

DTYPES = {"FP64": np.float64, "FP32": np.float32, "FP16": np.float16, "INT64": np.int64, "BOOL": np.bool_, "BYTES": np.object_}


def printable(array):
    if array.dtype == np.float64:
        return [value.tobytes()[::-1].hex() for value in array.ravel()]
    return [value.decode() if isinstance(value, bytes) else value for value in array.ravel().tolist()]


def ask_triton(client, model, inputs, **options):
    result = client.infer(model, inputs, **options)
    response = result.get_response()
    outputs = {output["name"]: result.as_numpy(output["name"]) for output in response["outputs"]}
    return {
        "id": response.get("id"),
        "parameters": response.get("parameters"),
        "shapes": {name: list(array.shape) for name, array in outputs.items()},
        "outputs": {name: printable(array) for name, array in outputs.items()},
    }


def triton_inputs(columns, datatypes, binary, shape=lambda n: [n, 1]):
    inputs = []
    for name, values in columns.items():
        array = np.array(values, dtype=DTYPES[datatypes[name]]).reshape(shape(len(values)))
        tensor = triton.InferInput(name, list(array.shape), datatypes[name])
        inputs.append(tensor.set_data_from_numpy(array, binary_data=binary))
    return inputs


def with_gaps(columns, datatypes, binary):
    """The same with NaN in the first row of each column of numbers."""
    gaps = {name: [np.nan, *values[1:]] if datatypes[name] == "FP64" else values for name, values in columns.items()}
    return triton_inputs(gaps, datatypes, binary)


def refusal(ask):
    try:
        ask()
    except InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}
    return None


def ask_unloaded(client, model, inputs):
    """What others see while a model is unloaded, and when it is loaded again."""
    def state():
        return {entry["name"]: [entry["state"], entry["reason"]] for entry in client.get_model_repository_index()}[model]

    unloaded = client.unload_model(model)
    seen = {
        "unload": unloaded,
        "ready": client.is_model_ready(model),
        "server_ready": client.is_server_ready(),
        "state": state(),
        "infer": refusal(lambda: client.infer(model, inputs)),
        "override": refusal(lambda: client.load_model(model, config="{}")),
        "dependents": client.unload_model(model, unload_dependents=True),
        "load": client.load_model(model),
    }
    return {**seen, "ready_again": client.is_model_ready(model), "state_again": state()}


def run_triton(address, model, columns, datatypes):
    client = triton.InferenceServerClient(address)
    binary = triton_inputs(columns, datatypes, True)
    plain = triton_inputs(columns, datatypes, False, lambda n: [n])
    names = [output["name"] for output in client.get_model_metadata(model)["outputs"]]
    asked = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(model),
        "version_ready": [client.is_model_ready(model, "1"), client.is_model_ready(model, "2")],
        "server": client.get_server_metadata(),
        "metadata": client.get_model_metadata(model, "1"),
        "index": client.get_model_repository_index(),
        "load": client.load_model(model),
        "unloading": ask_unloaded(client, model, binary),
        "unknown": refusal(lambda: client.get_model_metadata("nothing")),
        "misspelt": refusal(lambda: client.infer(model, triton_inputs({"nothing": [1.0]}, {"nothing": "FP64"}, True))),
        "binary": ask_triton(client, model, binary, request_id="42"),
        "binary_to_json": ask_triton(
            client, model, binary, outputs=[triton.InferRequestedOutput(name, binary_data=False) for name in names]
        ),
        "json_to_binary": ask_triton(client, model, plain, model_version="1"),
        "json": ask_triton(
            client, model, plain, outputs=[triton.InferRequestedOutput(name, binary_data=False) for name in names]
        ),
        "one_output": ask_triton(client, model, binary, outputs=[triton.InferRequestedOutput(names[-1])]),
        "compressed_answer": ask_triton(client, model, binary, response_compression_algorithm="gzip"),
        "missing": ask_triton(client, model, with_gaps(columns, datatypes, True)),
        "missing_in_json": refusal(lambda: client.infer(model, with_gaps(columns, datatypes, False))),
        "statistics": client.get_inference_statistics(model),
        "all_statistics": client.get_inference_statistics(),
    }
    client.close()
    return asked


async def run_kserve(address, model, columns, datatypes):
    base = f"http://{address}"

    async def ask(client, binary):
        inputs = []
        for name, values in columns.items():
            tensor = InferInput(name, [len(values), 1], datatypes[name])
            tensor.set_data_from_numpy(
                np.array(values, dtype=DTYPES[datatypes[name]]).reshape(-1, 1), binary_data=binary
            )
            inputs.append(tensor)
        parameters = {"binary_data_output": binary}
        answer = await client.infer(
            base, InferRequest(model_name=model, infer_inputs=inputs, request_id="k", parameters=parameters), model_name=model
        )
        outputs = {output.name: output.as_numpy() for output in answer.outputs}
        return {"id": answer.id, "outputs": {name: printable(array) for name, array in outputs.items()}}

    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        try:
            await client.infer(base, {"inputs": []}, model_name=model)
            message = None
        except Exception as error:
            message = str(error)
        return {
            "live": await client.is_server_live(base),
            "ready": await client.is_server_ready(base),
            "model_ready": await client.is_model_ready(base, model),
            "unknown_ready": await client.is_model_ready(base, "nothing"),
            "refusal": message,
            "json": await ask(client, False),
            "binary": await ask(client, True),
        }


def main():
    address, model = sys.argv[1:]
    rows = json.load(sys.stdin)
    columns, datatypes = rows["columns"], rows["datatypes"]
    answers = {
        "triton": run_triton(address, model, columns, datatypes),
        "kserve": asyncio.run(run_kserve(address, model, columns, datatypes)),
    }
    json.dump(answers, sys.stdout)


main()
