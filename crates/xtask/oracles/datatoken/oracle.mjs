// Runs the bytecode of @oceanprotocol/contracts in an Ethereum virtual machine and says what it did.
//
// First line out: what was loaded and where it was deployed. Then one JSON line in, one out:
//   in   {"id", "steps": [{"caller", "to", "contract", "fn", "args", "now", "block", "data"?}],
//         "reads": [{"to", "contract", "fn", "args"}]}
//   out  {"id", "steps": [{"revert": null | text, "logs": [{"address", "topics", "data"}], "calldata"}],
//         "reads": [value | {"revert": text}]}
// `data`, where given, is executed in place of the encoding made here, which is reported as `calldata`.
// Every line starts from the same deployed state. Numbers are decimal strings, bytes are 0x hex.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// Packages are looked up beside this file: it runs as a copy in the folder where they are installed.
const require = createRequire(import.meta.url);
const { Common, Hardfork, Mainnet } = require("@ethereumjs/common");
const { createEVM } = require("@ethereumjs/evm");
const { SimpleStateManager } = require("@ethereumjs/statemanager");
const { Account, bytesToHex, createAddressFromString, hexToBytes } = require("@ethereumjs/util");
const { AbiCoder, Interface } = require("ethers");

const read = (path) => readFileSync(require.resolve(path), "utf8");
const root = "@oceanprotocol/contracts";
const files = {
  FactoryRouter: "pools/FactoryRouter.sol/FactoryRouter.json",
  ERC721Factory: "ERC721Factory.sol/ERC721Factory.json",
  ERC721Template: "templates/ERC721Template.sol/ERC721Template.json",
  ERC20Template: "templates/ERC20Template.sol/ERC20Template.json",
  MockERC20: "utils/mock/MockERC20.sol/MockERC20.json",
};

const artifacts = {};
const hash = createHash("sha256");
for (const [name, file] of Object.entries(files)) {
  const { abi, bytecode } = JSON.parse(read(`${root}/artifacts/contracts/${file}`));
  hash.update(hexToBytes(bytecode));
  artifacts[name] = { bytecode, abi: new Interface(abi) };
}

const chainId = 1n;
const common = new Common({ chain: Mainnet, hardfork: Hardfork.Shanghai });
const stateManager = new SimpleStateManager({ common });
const evm = await createEVM({ common, stateManager });
const gasLimit = 1_000_000_000n;

function header(number, timestamp) {
  const zero = createAddressFromString(`0x${"00".repeat(20)}`);
  const fields = { number, timestamp, coinbase: zero, difficulty: 0n, prevRandao: new Uint8Array(32), gasLimit };
  return { header: { ...fields, baseFeePerGas: 0n, getBlobGasPrice: () => 1n } };
}

async function call(caller, to, data, block) {
  return evm.runCall({
    caller: createAddressFromString(caller),
    to: to === undefined ? undefined : createAddressFromString(to),
    data: hexToBytes(data),
    gasLimit,
    block,
  });
}

const deployer = `0x${"d0".repeat(20)}`;
const genesis = header(1n, 1n);
let nonce = 0n;

async function deploy(name, args) {
  const account = new Account(++nonce, 0n);
  await stateManager.putAccount(createAddressFromString(deployer), account);
  const { abi, bytecode } = artifacts[name];
  const result = await call(deployer, undefined, bytecode + abi.encodeDeploy(args).slice(2), genesis);
  if (result.execResult.exceptionError) throw new Error(`${name} does not deploy: ${revertText(result)}`);
  return result.createdAddress.toString();
}

async function send(to, name, fn, args) {
  const result = await call(deployer, to, artifacts[name].abi.encodeFunctionData(fn, args), genesis);
  if (result.execResult.exceptionError) throw new Error(`${name}.${fn}: ${revertText(result)}`);
}

// Error(string) as its text, Panic(uint256) as Panic(0x..), nothing as the empty text.
function revertText(result) {
  const { exceptionError, returnValue } = result.execResult;
  if (exceptionError === undefined) return null;
  const hex = bytesToHex(returnValue);
  const coder = AbiCoder.defaultAbiCoder();
  if (exceptionError.error !== "revert") return `exception: ${exceptionError.error}`;
  if (hex === "0x") return "";
  if (hex.startsWith("0x08c379a0")) return coder.decode(["string"], `0x${hex.slice(10)}`)[0];
  if (hex.startsWith("0x4e487b71")) {
    const [code] = coder.decode(["uint256"], `0x${hex.slice(10)}`);
    return `Panic(0x${code.toString(16).padStart(2, "0")})`;
  }
  return hex;
}

const plain = (v) => {
  if (typeof v === "bigint") return v.toString();
  if (typeof v === "string") return v.toLowerCase();
  return v !== null && typeof v === "object" ? Array.from(v, plain) : v;
};

const treasury = `0x${"7e".repeat(20)}`;
const opcCollector = `0x${"0c".repeat(20)}`;
const tokenA = await deploy("MockERC20", [treasury, "Token A", "A"]);
const tokenB = await deploy("MockERC20", [treasury, "Token B", "B"]);
const router = await deploy("FactoryRouter", [deployer, tokenA, deployer, opcCollector, []]);
const nftTemplate = await deploy("ERC721Template", []);
const datatokenTemplate = await deploy("ERC20Template", []);
const factory = await deploy("ERC721Factory", [nftTemplate, datatokenTemplate, router]);
await send(router, "FactoryRouter", "addFactory", [factory]);

function version(name) {
  const files = require.resolve.paths(name).map((dir) => join(dir, name, "package.json"));
  for (const path of files) {
    try {
      return JSON.parse(readFileSync(path, "utf8")).version;
    } catch (e) {
      if (e.code !== "ENOENT") throw e;
    }
  }
  throw new Error(`${name} is not installed`);
}

const out = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
out({
  oracle: root,
  version: version(root),
  sha256: hash.digest("hex"),
  evm: `@ethereumjs/evm ${version("@ethereumjs/evm")}`,
  base: {
    chainId: chainId.toString(), router, routerOwner: deployer, opcCollector, factory, nftTemplate, datatokenTemplate,
    treasury, supply: (10n ** 28n).toString(), tokens: [tokenA, tokenB],
  },
});

async function step(s) {
  const calldata = artifacts[s.contract].abi.encodeFunctionData(s.fn, s.args);
  const result = await call(s.caller, s.to, s.data ?? calldata, header(BigInt(s.block), BigInt(s.now)));
  const revert = revertText(result);
  const logs = revert === null ? (result.execResult.logs ?? []) : [];
  const log = ([address, topics, data]) =>
    ({ address: bytesToHex(address), topics: topics.map((t) => bytesToHex(t)), data: bytesToHex(data) });
  return { revert, logs: logs.map(log), calldata };
}

async function look(r) {
  const { abi } = artifacts[r.contract];
  const result = await call(deployer, r.to, abi.encodeFunctionData(r.fn, r.args), genesis);
  const revert = revertText(result);
  if (revert !== null) return { revert };
  const values = plain(abi.decodeFunctionResult(r.fn, result.execResult.returnValue));
  return values.length === 1 ? values[0] : values;
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  const request = JSON.parse(line);
  await stateManager.checkpoint();
  const answer = { id: request.id, steps: [], reads: [] };
  for (const s of request.steps) answer.steps.push(await step(s));
  for (const r of request.reads) answer.reads.push(await look(r));
  await stateManager.revert();
  out(answer);
}
