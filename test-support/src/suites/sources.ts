// Sources that change by themselves, and sources that bring nothing new.
import { again, call, clock, hex, letters, paced, shell, suite, times, turnOf } from "./suite.ts";

/** A number from 0 to just below `below` that looks random. */
const chance = (index: number, below: number) => Number.parseInt(hex(index, 6), 16) % below;
const coin = (index: number) => turnOf(["heads", "tails"], chance(index, 2));

export const sources = suite(
  "sources",
  {
    "a coin": times(40, (i) => call("flip_coin", {}, coin(i))),
    "a coin that begins with three heads": ["heads", "heads", "heads", ...times(12, coin)].map(
      (side) => call("toss", {}, side),
    ),
    "a die": times(30, (i) => call("roll", { dice: "1d6" }, 1 + chance(i, 6))),
    "a thermometer": times(60, (i) =>
      call("read_temperature", { room: "lab" }, (21 + chance(i, 4) / 10).toFixed(1)),
    ),
    "a thermometer once a minute": paced(
      60_000,
      times(60, (i) => call("get_temp", { room: "lab" }, i < 40 ? 21.5 : 22)),
    ),
    "two meters in turn": times(40, (i) =>
      call(i % 2 === 0 ? "read_pressure" : "read_flow", {}, 3 + chance(i, 5)),
    ),
    "three meters in one answer": times(15, (i) =>
      ["p1", "p2", "p3"].map((id) =>
        call("get_reading", { id }, 40 + chance(i + id.length * 3, 6), { round: i }),
      ),
    ),
    "a pack of cards": times(52, (i) =>
      call("draw_card", {}, `${"23456789TJQKA"[i % 13]}${"♠♥♦♣"[i % 4]}`),
    ),
    "a share, every five seconds": paced(
      5000,
      times(50, (i) => call("get_price", { share: "ACME" }, { price: 71 + chance(i, 3) / 10 })),
    ),
    "a cursor that the tool keeps": times(40, (i) =>
      call("fetch_next", {}, { row: letters(i, 8) }),
    ),
    "a user by chance": times(20, (i) => call("random_user", {}, { name: letters(i, 7) })),
    "quotations, some of them twice": times(25, (i) =>
      call("get_quote", {}, letters(chance(i, 9), 30)),
    ),
    "a wheel of four colours": times(20, (i) =>
      call("spin_wheel", {}, turnOf(["red", "blue", "green", "gold"], chance(i, 4))),
    ),
    "a camera": times(15, (i) => call("take_photo", { camera: 1 }, { jpeg: letters(i, 300) })),
    "a shell's chance": times(20, (i) => shell("shuf -n 1 names.txt", letters(chance(i, 12), 6))),
    "a scale between steps of a recipe": times(15, (i) => [
      call("read_scale", {}, `${12 + chance(i, 3)} g`),
      call("read_recipe", { step: i + 1 }, `Add ${letters(i, 12)}`),
    ]),
  },
  {
    "a thermometer that hangs": [
      60,
      paced(1000, again(200, call("read_temperature", { room: "lab" }, "21.5"))),
    ],
    "a thermometer that has come to hang": [
      80,
      paced(1000, [
        ...times(8, (i) => call("read_temperature", {}, 20 + i)),
        ...again(300, call("read_temperature", {}, 28)),
      ]),
    ],
    "a coin with one side": [40, again(100, call("flip_coin", {}, "heads"))],
    "nothing but the clock": [
      40,
      paced(
        1000,
        times(200, (i) => call("read_gate", { gate: 3 }, { state: "closed", at: clock(i) })),
      ),
    ],
    "a cursor at its end": [
      14,
      [
        ...times(5, (i) => call("fetch_next", {}, { row: letters(i) })),
        ...again(60, call("fetch_next", {}, "no more rows")),
      ],
    ],
    "an empty pack": [
      30,
      [
        ...times(4, (i) => call("draw_card", {}, `${i + 2}♠`)),
        ...again(60, call("draw_card", {}, "The pack is empty.")),
      ],
    ],
    "a share after the market has closed": [
      60,
      paced(
        1000,
        times(300, (i) => call("get_price", { share: "ACME" }, { price: 71.2, time: clock(i) })),
      ),
    ],
    "a user by chance, but the service is down": [
      14,
      again(40, call("random_user", {}, "503 Service Unavailable", { error: true })),
    ],
    "two meters that hang": [
      100,
      paced(
        1000,
        times(300, (i) => call(i % 2 === 0 ? "read_pressure" : "read_flow", {}, 3)),
      ),
    ],
    "a list under a fresh ETag": [
      14,
      times(60, (i) => call("list_rooms", {}, { rooms: ["a", "b"], etag: hex(i) })),
    ],
    "a camera that stands still": [
      14,
      again(60, call("take_photo", { camera: 1 }, { jpeg: letters(1, 300) })),
    ],
    "a page that comes again": [
      16,
      [
        ...times(4, (i) => call("next_page", {}, `Page ${letters(i, 40)}`)),
        ...again(60, call("next_page", {}, "Page with the imprint")),
      ],
    ],
  },
);
