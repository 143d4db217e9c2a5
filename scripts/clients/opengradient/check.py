"""OpenGradient's Python SDK against a local network: only the RPC's address is ours.

Run by the script beside it, which installs the SDK. Needs the demo's model 1 (digits) and the accounts of
the phrase "test test … junk" that development networks fund.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import opengradient as og
from eth_account import Account
from web3 import Web3

DIGITS = Path(__file__).resolve().parents[2] / "models" / "digits"
PHRASE = "test test test test test test test test test test test junk"
CREDIT = "0x000000000000000000000000000000000A040000"
REGISTRY = "0x000000000000000000000000000000000A020000"
MODEL = 1
CREDIT_ABI = [
    {
        "type": "function",
        "name": "deposit",
        "inputs": [],
        "outputs": [],
        "stateMutability": "payable",
    },
    {
        "type": "function",
        "name": "creditOf",
        "inputs": [{"name": "account", "type": "address"}],
        "outputs": [{"name": "credit", "type": "uint256"}],
        "stateMutability": "view",
    },
]
REGISTRY_ABI = [
    {
        "type": "function",
        "name": "priceOf",
        "inputs": [{"name": "modelId", "type": "uint32"}],
        "outputs": [{"name": "price", "type": "uint256"}],
        "stateMutability": "view",
    },
]
# Largest difference of a probability from onnxruntime's, as in the demo.
CLOSE = 1e-5

failures = 0


def check(name, holds, detail=""):
    global failures
    failures += not holds
    print(f"{'ok' if holds else 'FAILED'}: {name}" + (f" ({detail})" if detail != "" else ""))


def check_fails(name, call, text):
    """The call must raise an error that contains this text."""
    try:
        answer = call()
    except Exception as error:  # The SDK wraps errors in classes of several packages.
        check(name, text in str(error), str(error)[:160])
    else:
        check(name, False, f"gave {answer}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", required=True, help="net.json of scripts/localnet")
    url = json.loads(Path(parser.parse_args().net).read_text())["ethereum"]["http"]

    Account.enable_unaudited_hdwallet_features()
    payer, poor = (
        Account.from_mnemonic(PHRASE, account_path=f"m/44'/60'/0'/0/{index}") for index in (8, 9)
    )
    web3 = Web3(Web3.HTTPProvider(url))
    credit = web3.eth.contract(address=Web3.to_checksum_address(CREDIT), abi=CREDIT_ABI)
    registry = web3.eth.contract(address=Web3.to_checksum_address(REGISTRY), abi=REGISTRY_ABI)
    price = registry.functions.priceOf(MODEL).call()

    transaction = credit.functions.deposit().build_transaction(
        {
            "from": payer.address,
            "value": 10 * price,
            "nonce": web3.eth.get_transaction_count(payer.address),
            "gasPrice": web3.eth.gas_price,
        }
    )
    signed = payer.sign_transaction(transaction)
    sent = web3.eth.send_raw_transaction(signed.raw_transaction)
    receipt = web3.eth.wait_for_transaction_receipt(sent, timeout=120)
    check("credit is deposited", receipt["status"] == 1)
    before = credit.functions.creditOf(payer.address).call()

    images = np.load(DIGITS / "images.npy")[:3]
    labels = np.load(DIGITS / "labels.npy")[:3]
    probabilities = np.load(DIGITS / "probabilities.npy")[:3]
    # Everything but the RPC's address is the SDK's own, the hub's address too.
    alpha = og.Alpha(private_key=payer.key.hex(), rpc_url=url)
    vanilla = og.InferenceMode.VANILLA
    for image, label, expected in zip(images, labels, probabilities):
        pixels = image.reshape(1, 64).astype(np.float32)
        result = alpha.infer(f"id:{MODEL}", vanilla, {"image": pixels})
        output = result.model_output
        check("infer gives a transaction", web3.eth.get_transaction_receipt(result.transaction_hash)["status"] == 1)
        check("both outputs by name", sorted(output) == ["label", "probabilities"], sorted(output))
        check("shapes", output["label"].shape == (1,) and output["probabilities"].shape == (1, 10))
        check("the class is onnxruntime's", int(output["label"][0]) == int(label), int(label))
        furthest = float(np.abs(output["probabilities"][0] - expected).max())
        check("probabilities are close to onnxruntime's", furthest <= CLOSE, f"{furthest:.1e}")
    after = credit.functions.creditOf(payer.address).call()
    check("each call cost the model's price, from credit", before - after == 3 * price, before - after)

    good = {"image": images[0].reshape(1, 64).astype(np.float32)}
    model = f"id:{MODEL}"
    cid = "QmbUqS93oc4JTLMHwpVxsE39mhNxy6hpf6Py3r9oANr8aZ"
    check_fails("TEE mode", lambda: alpha.infer(model, og.InferenceMode.TEE, good), "UnsupportedMode(mode=2)")
    check_fails("ZKML mode", lambda: alpha.infer(model, og.InferenceMode.ZKML, good), "UnsupportedMode(mode=1)")
    check_fails("a CID", lambda: alpha.infer(cid, vanilla, good), "UnknownName(name=Qm")
    check_fails("an unknown model", lambda: alpha.infer("id:99999", vanilla, good), "UnknownModel(model=99999)")
    check_fails(
        "another input", lambda: alpha.infer(model, vanilla, {"picture": good["image"]}), "MissingInput(input=0)"
    )
    flat = {"image": good["image"].reshape(64)}
    check_fails("another shape", lambda: alpha.infer(model, vanilla, flat), "WrongShape(")
    words = {"image": good["image"], "text": "seven"}
    check_fails("a string", lambda: alpha.infer(model, vanilla, words), "StringTensorRefused(count=1)")
    without = og.Alpha(private_key=poor.key.hex(), rpc_url=url)
    check_fails("no credit", lambda: without.infer(model, vanilla, good), "InsufficientCredit(")
    unchanged = credit.functions.creditOf(payer.address).call()
    check("refused calls cost nothing", unchanged == after)
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
