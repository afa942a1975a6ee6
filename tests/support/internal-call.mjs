// Calls a method of an app through its sidecar's internal gRPC port, as another sidecar would.
// Plain JavaScript, so that another user can run it from a copy.
import { connect } from "node:http2";

/** Protobuf: one length-delimited field. */
const field = (number, bytes) =>
  Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
const varint = (value) => {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest < 128) return Buffer.from(bytes);
  }
};

/** @returns the gRPC status and, when the app was reached, what it answered */
export function callLocal(port, method, body) {
  const post = 3;
  const verb = Buffer.from([8, post]);
  const data = field(2, Buffer.from(body));
  const invoke = Buffer.concat([
    field(1, Buffer.from(method)),
    field(2, data),
    field(3, Buffer.from("application/json")),
    field(4, verb),
  ]);
  const message = Buffer.concat([Buffer.from([8, 1]), field(3, invoke)]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.once("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": "/dapr.proto.internals.v1.ServiceInvocation/CallLocal",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const answer = [];
    let status;
    const note = (headers) => {
      status = headers["grpc-status"] ?? status;
    };
    stream.on("response", note).on("trailers", note).on("error", reject);
    stream.on("data", (chunk) => answer.push(chunk));
    stream.on("close", () => {
      session.close();
      resolve({ status: Number(status), text: Buffer.concat(answer).toString("latin1") });
    });
    stream.end(Buffer.concat([frame, message]));
  });
}
