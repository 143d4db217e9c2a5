"""web3.py's journeys.

Prints what journal.mjs describes: one line for each check, one for each way around.
"""

import asyncio
import json
import os
import re
import sys
import time
import traceback

from eth_abi import decode
from eth_account import Account
from eth_utils import keccak
from web3 import AsyncWeb3, Web3, WebSocketProvider
from web3.exceptions import ContractCustomError, ContractLogicError, ContractPanicError, MethodUnavailable, Web3RPCError
from web3.middleware import SignAndSendRawMiddlewareBuilder
from web3.utils import get_create_address
from web3.utils.subscriptions import LogsSubscription, NewHeadsSubscription

CLIENT = "web3.py"
PHRASE = "test test test test test test test test test test test junk"
WAIT = 60

with open(os.path.join(os.environ["OPG_CLIENTS_WORK"], "world.json"), encoding="utf-8") as file:
    WORLD = json.load(file)
CONTRACTS = WORLD["contracts"]
PRICE = int(WORLD["price"])
MODEL = WORLD["model"]
IMAGE, OTHER, THIRD = WORLD["images"][:3]
STARTED = time.monotonic()

Account.enable_unaudited_hdwallet_features()
ME, FRIEND = (Account.from_mnemonic(PHRASE, account_path=f"m/44'/60'/0'/0/{i}") for i in (4, 5))
w3 = Web3(Web3.HTTPProvider(WORLD["http"], request_kwargs={"timeout": 60}))
for account in (ME, FRIEND):
    w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0, name=account.address)
w3.eth.default_account = ME.address


class Journal:
    """The checks of one journey."""

    failures = 0

    def __init__(self, journey):
        self.journey = journey

    def check(self, name, holds, detail=""):
        """One check."""
        Journal.failures += not holds
        text = f"{CLIENT}, {self.journey}: {name}" + (f" ({detail})" if detail != "" else "")
        print(f"{'ok' if holds else 'FAILED'}: {text}", flush=True)

    def equal(self, name, got, expected):
        """Two values are equal."""
        self.check(name, got == expected, str(got) if got == expected else f"got {got}, expected {expected}")

    def around(self, text):
        """What to do instead of something that isn't served."""
        print(f"around: {CLIENT}, {self.journey}: {text}", flush=True)


STEPS = []


def journey(name):
    """Makes a function a journey; what it raises is a failed check, and the next goes on."""

    def wrap(work):
        def run():
            print(f"\n==> [{time.monotonic() - STARTED:.0f} s] {CLIENT}: {name}", flush=True)
            journal = Journal(name)
            try:
                work(journal)
            except Exception as error:  # pylint: disable=broad-exception-caught
                traceback.print_exc()
                text = " ".join(f"{type(error).__name__}: {error}".split())
                journal.check("ran to its end", False, text[:300])

        STEPS.append(run)
        return run

    return wrap


def receipt_of(tx_hash):
    return w3.eth.wait_for_transaction_receipt(tx_hash, timeout=WAIT, poll_latency=0.3)


def mined(tx_hash):
    receipt = receipt_of(tx_hash)
    if receipt["status"] != 1:
        raise RuntimeError(f"transaction {tx_hash.hex()} reverted")
    return receipt


def at(name, address):
    return w3.eth.contract(address=Web3.to_checksum_address(address), abi=CONTRACTS[name]["abi"])


def deploy(name, *args):
    receipt = mined(w3.eth.contract(**CONTRACTS[name]).constructor(*args).transact())
    return at(name, receipt["contractAddress"]), receipt


def reverted(call):
    """The exception of a call that must revert."""
    try:
        call()
    except ContractLogicError as error:
        return error
    raise RuntimeError("the call succeeded")


def decoded(error, name):
    """A custom error by the contract's ABI: web3.py gives its bytes only."""
    assert isinstance(error, ContractCustomError), error
    data = bytes.fromhex(error.data[2:])
    for item in CONTRACTS[name]["abi"]:
        if item["type"] != "error":
            continue
        types = [field["type"] for field in item["inputs"]]
        if keccak(text=f"{item['name']}({','.join(types)})")[:4] == data[:4]:
            return item["name"], decode(types, data[4:])
    return error.data, ()


def until(seconds, what, ask):
    """Asks until the answer is there."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not after {seconds} s")
        time.sleep(0.25)
    return answer


class State:
    """What later journeys need of earlier ones."""

    ledger = digits = first = inference = None


@journey("deploy")
def _(t):
    State.inference = at("IInference", WORLD["inference"])
    nonce = w3.eth.get_transaction_count(ME.address)
    State.ledger, State.first = deploy("Ledger", "web3.py")
    t.equal("the address is the one of CREATE", State.ledger.address, get_create_address(ME.address, nonce))
    t.check("its code is there", len(w3.eth.get_code(State.ledger.address)) > 0)
    t.equal("the constructor had its argument", State.ledger.functions.title().call(), "web3.py")
    State.digits, _ = deploy("DigitClassifier", MODEL)


@journey("call with value")
def _(t):
    call = State.digits.functions.classify(IMAGE["hex"])
    t.equal("the simulated digit is onnxruntime's", call.call({"value": 2 * PRICE}), IMAGE["label"])
    before = w3.eth.get_balance(ME.address)
    receipt = mined(call.transact({"value": 2 * PRICE}))
    t.equal("it cost the price and the gas, the rest came back", before - w3.eth.get_balance(ME.address),
            PRICE + receipt["gasUsed"] * receipt["effectiveGasPrice"])
    t.equal("the contract keeps the digit", State.digits.functions.lastDigit().call(), IMAGE["label"])
    direct = mined(State.inference.functions.infer(MODEL, OTHER["hex"]).transact({"value": PRICE}))
    (log,) = State.inference.events.Inferred().process_receipt(direct)
    t.equal("the precompile, called directly, tells the price", log["args"]["price"], PRICE)


@journey("transaction types")
def _(t):
    price = w3.eth.gas_price
    kinds = [
        (0, {"gasPrice": price}),
        (1, {"gasPrice": price, "accessList": [{"address": FRIEND.address, "storageKeys": []}], "type": "0x1"}),
        (2, {"maxFeePerGas": 2 * price, "maxPriorityFeePerGas": 0}),
    ]
    for kind, fields in kinds:
        receipt = mined(w3.eth.send_transaction({"from": ME.address, "to": FRIEND.address, "value": 1, **fields}))
        t.equal(f"type {kind} is mined as such", receipt["type"], kind)
    t.around("give `type` as \"0x1\", not as 1, or leave it out: the server takes numbers in hex only")


@journey("read")
def _(t):
    t.equal("a mapping", State.digits.functions.digits(0).call(), IMAGE["label"])
    t.equal("a storage slot", int.from_bytes(w3.eth.get_storage_at(State.ledger.address, 1), "big"), 0)
    t.equal("the precompile's quote", State.inference.functions.quote(MODEL).call()[0], PRICE)
    with w3.batch_requests() as batch:
        batch.add(w3.eth.get_block("latest"))
        batch.add(State.ledger.functions.title())
        block, title = batch.execute()
    t.check("several at once in a JSON-RPC batch", block["number"] > 0 and title == "web3.py")


@journey("events")
def _(t):
    ledger = State.ledger
    receipt = mined(ledger.functions.note(7, "seven").transact())
    (log,) = ledger.events.Noted().process_receipt(receipt)
    args = log["args"]
    t.equal("the receipt's log, decoded", (log["event"], args["key"], args["text"], args["by"]),
            ("Noted", 7, "seven", ME.address))
    mined(ledger.functions.note(8, "eight").transact())
    since = {"from_block": State.first["blockNumber"], "to_block": "latest"}
    texts = lambda logs: [one["args"]["text"] for one in logs]
    t.equal("get_logs over a range", texts(ledger.events.Noted().get_logs(**since)), ["seven", "eight"])
    t.equal("by an indexed argument",
            texts(ledger.events.Noted().get_logs(**since, argument_filters={"key": 8})), ["eight"])
    in_block = ledger.events.Noted().get_logs(block_hash=receipt["blockHash"])
    t.equal("of a block by its hash", [one["transactionHash"] for one in in_block], [receipt["transactionHash"]])
    runs = State.inference.events.Inferred().get_logs(
        **since, argument_filters={"caller": State.digits.address})
    t.equal("runs of a model by their caller", [one["args"]["modelId"] for one in runs], [MODEL])


@journey("log filters")
def _(t):
    event = State.ledger.events.Noted()
    try:
        event.create_filter(from_block="latest")
        t.check("eth_newFilter isn't served", False)
    except (MethodUnavailable, Web3RPCError) as error:
        t.check("eth_newFilter isn't served", True, type(error).__name__)
    t.around("events.NAME.get_logs from the last block that was seen, or LocalFilterMiddleware")
    seen = w3.eth.block_number
    mined(State.ledger.functions.note(9, "watched").transact())
    logs = until(30, "the watched event", lambda: event.get_logs(from_block=seen + 1))
    t.equal("polled get_logs", [one["args"]["text"] for one in logs], ["watched"])


@journey("revert reasons")
def _(t):
    ledger = State.ledger.functions
    text = reverted(lambda: ledger.note(1, "").call())
    t.check("require's text", "Ledger: empty text" in text.message, text.message)
    panic = reverted(lambda: ledger.divide(1, 0).call())
    t.check("a panic's code", isinstance(panic, ContractPanicError) and "0x12" in panic.message, panic.message)
    direct = reverted(lambda: State.inference.functions.infer(MODEL, "0x1234").call({"value": PRICE}))
    t.check("the precompile's text", "WrongDataLength(" in direct.message, direct.message)
    sent = ledger.note(1, "").transact({"gas": 500_000})
    t.equal("a mined transaction says that it reverted", receipt_of(sent)["status"], 0)


@journey("custom errors")
def _(t):
    error = reverted(lambda: State.ledger.functions.note(100, "x").call())
    t.equal("with its arguments", decoded(error, "Ledger"), ("KeyTooLarge", (ME.address.lower(), 100, 99)))
    classify = State.digits.functions.classify
    error = reverted(lambda: classify("0x1234").call({"value": PRICE}))
    t.equal("of a refused inference", decoded(error, "DigitClassifier"), ("WrongDataLength", (0, 256, 2)))
    error = reverted(lambda: classify(IMAGE["hex"]).call({"value": PRICE - 1}))
    t.equal("of a price above the value", decoded(error, "DigitClassifier"), ("PriceAboveMax", (PRICE, PRICE - 1)))
    t.around("web3.py gives the error's bytes (on every chain): eth_abi.decode with the types of the ABI")


@journey("estimate")
def _(t):
    call = State.digits.functions.classify(THIRD["hex"])
    gas = call.estimate_gas({"value": PRICE})
    receipt = mined(call.transact({"value": PRICE, "gas": gas}))
    t.check("an inference succeeds with exactly its estimate", receipt["gasUsed"] <= gas,
            f"estimate {gas}, used {receipt['gasUsed']}")
    transfer = {"from": ME.address, "to": FRIEND.address, "value": 1}
    plain = w3.eth.estimate_gas(transfer)
    moved = mined(w3.eth.send_transaction({**transfer, "gas": plain}))
    t.check("so does a transfer", moved["gasUsed"] <= plain, f"estimate {plain}, used {moved['gasUsed']}")
    refused = reverted(lambda: State.ledger.functions.note(1, "").estimate_gas())
    t.check("what would revert has no estimate but a reason", "Ledger: empty text" in refused.message)


def transfer_at(nonce, value=1):
    return w3.eth.send_transaction(
        {"from": FRIEND.address, "to": ME.address, "value": value, "nonce": nonce, "gas": 100_000})


@journey("nonces")
def _(t):
    start = w3.eth.get_transaction_count(FRIEND.address)
    sent = [
        State.ledger.functions.note(10 + i, f"n{i}").transact({"from": FRIEND.address, "nonce": start + i})
        for i in range(10)
    ]
    t.equal("ten transactions at once", [receipt_of(one)["status"] for one in sent], [1] * 10)
    following = w3.eth.get_transaction_count(FRIEND.address)
    t.equal("used ten numbers", following - start, 10)
    later, earlier = transfer_at(following + 1), transfer_at(following)
    a, b = mined(earlier), mined(later)
    t.check("a gap waits until it is filled", b["blockNumber"] >= a["blockNumber"])
    try:
        transfer_at(following, 2)
        t.check("a used number is refused", False)
    except Web3RPCError as error:
        t.check("a used number is refused", re.search("nonce|invalid transaction", str(error), re.I) is not None, str(error)[:120])


@journey("pending")
def _(t):
    before = w3.eth.get_transaction_count(ME.address)
    sent = w3.eth.send_transaction({"from": ME.address, "to": FRIEND.address, "value": 1})
    pending = w3.eth.get_transaction_count(ME.address, "pending")
    receipt = receipt_of(sent)
    t.equal("wait_for_transaction_receipt waits for a block", receipt["status"], 1)
    t.check('"pending" counts what is in the last block', pending in (before, before + 1), f"{before}, {pending}")
    t.around("count nonces yourself while transactions are under way, and pass `nonce`")
    block = w3.eth.get_block("pending")
    t.check("the pending block is the latest", block["number"] >= receipt["blockNumber"], f"block {block['number']}")
    t.equal("a call in the pending state", State.ledger.functions.title().call(block_identifier="pending"), "web3.py")


@journey("block tags")
def _(t):
    latest, safe, final, earliest = (
        w3.eth.get_block(tag)["number"] for tag in ("latest", "safe", "finalized", "earliest"))
    # `latest` was asked first.
    t.check("earliest, finalized, latest are in order", earliest == 0 and final <= latest + 2 and safe <= final,
            f"{final} {safe} {latest}")
    number = State.first["blockNumber"]
    until(WAIT, "finality", lambda: w3.eth.get_block("finalized")["number"] > number)
    count = State.ledger.functions.count()
    t.check("a read in the final state", count.call(block_identifier="finalized") >= 0)
    t.equal("a read in an old state", count.call(block_identifier=number), 0)
    t.check("a read in the latest state", count.call() > 0)
    block = w3.eth.get_block(State.first["blockHash"], full_transactions=True)
    t.check("a block by its hash, with transactions", block["number"] == number and any(
        one["hash"] == State.first["transactionHash"] for one in block["transactions"]))


async def subscriptions(t):
    heads, events = [], []

    async def on_head(context):
        heads.append(context.result["number"])

    async def on_log(context):
        events.append(State.ledger.events.Noted().process_log(context.result)["args"]["text"])

    async with AsyncWeb3(WebSocketProvider(WORLD["ws"])) as live:
        await live.subscription_manager.subscribe([
            NewHeadsSubscription(handler=on_head),
            LogsSubscription(handler=on_log, address=State.ledger.address),
        ])
        handling = asyncio.create_task(live.subscription_manager.handle_subscriptions(run_forever=True))
        sent = await asyncio.to_thread(lambda: State.ledger.functions.note(50, "subscribed").transact())
        await asyncio.to_thread(mined, sent)
        for _ in range(120):
            if "subscribed" in events and len(heads) > 1:
                break
            await asyncio.sleep(0.25)
        handling.cancel()
    t.check("new heads", len(heads) > 1 and heads == sorted(set(heads)), f"{len(heads)} heads")
    # Logs of the blocks just before may come first.
    t.equal("logs, decoded", events[-1:], ["subscribed"])
    async with AsyncWeb3(WebSocketProvider(WORLD["ws"])) as live:
        try:
            await live.eth.subscribe("newPendingTransactions")
            t.check("pending transactions can't be subscribed to", False)
        except Web3RPCError as error:
            t.check("pending transactions can't be subscribed to", True, str(error)[:80])
    t.around("pending transactions: author_pendingExtrinsics of the node")


@journey("subscriptions")
def _(t):
    asyncio.run(asyncio.wait_for(subscriptions(t), 90))


@journey("ERC-20")
def _(t):
    token, _ = deploy("Token", 1000)
    call = token.functions
    moved = mined(call.transfer(FRIEND.address, 100).transact())
    (log,) = token.events.Transfer().process_receipt(moved)
    t.equal("transfer and its event", (log["args"]["value"], call.balanceOf(FRIEND.address).call()), (100, 100))
    poor = reverted(lambda: call.transfer(ME.address, 101).call({"from": FRIEND.address}))
    t.equal("too little", decoded(poor, "Token")[0], "ERC20InsufficientBalance")
    deadline = int(time.time()) + 86_400
    fields = [("owner", "address"), ("spender", "address"), ("value", "uint256"), ("nonce", "uint256"), ("deadline", "uint256")]
    signed = Account.sign_typed_data(
        ME.key,
        {"name": "Test token", "version": "1", "chainId": WORLD["chainId"], "verifyingContract": token.address},
        {"Permit": [{"name": name, "type": kind} for name, kind in fields]},
        {"owner": ME.address, "spender": FRIEND.address, "value": 50, "nonce": 0, "deadline": deadline},
    )
    as_friend = {"from": FRIEND.address}
    mined(call.permit(ME.address, FRIEND.address, 50, deadline, signed.v, signed.r.to_bytes(32, "big"),
                      signed.s.to_bytes(32, "big")).transact(as_friend))
    mined(call.transferFrom(ME.address, FRIEND.address, 50).transact(as_friend))
    t.equal("permit by EIP-712, then transferFrom", call.balanceOf(FRIEND.address).call(), 150)
    t.equal("nothing was made or lost", call.balanceOf(ME.address).call() + 150, call.totalSupply().call())


@journey("ERC-721")
def _(t):
    badge, _ = deploy("Badge")
    vault, _ = deploy("Vault")
    call = badge.functions
    mined(call.award(ME.address, "ipfs://one").transact())
    t.equal("a new badge and its URI", (call.ownerOf(1).call(), call.tokenURI(1).call()), (ME.address, "ipfs://one"))
    mined(badge.get_function_by_signature("safeTransferFrom(address,address,uint256)")(ME.address, vault.address, 1).transact())
    t.equal("to a contract that takes it", call.ownerOf(1).call(), vault.address)
    mined(call.award(FRIEND.address, "").transact())
    foreign = reverted(lambda: call.transferFrom(FRIEND.address, ME.address, 2).call())
    t.equal("not somebody else's", decoded(foreign, "Badge")[0], "ERC721InsufficientApproval")
    refusing = reverted(lambda: call.award(State.ledger.address, "").call())
    t.equal("not to a contract that doesn't", decoded(refusing, "Badge")[0], "ERC721InvalidReceiver")


for step in STEPS:
    step()
sys.exit(0 if Journal.failures == 0 else 1)
