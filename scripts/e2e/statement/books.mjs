// What the chain's events say about money, and what its state says.
//
// A move is { book, account, amount }. There are four books: `balance` (free and held together),
// `credit`, `channel` (what an account's channels can still pay), and `owed`, which is the pot's debt
// for the other two, so that an account's wealth is the sum of its books and nothing counts twice.

export const BOOKS = ['balance', 'credit', 'channel', 'owed'];

// Events of the balances that move nothing between accounts.
const STILL = new Set(['Endowed', 'Held', 'Released', 'Reserved', 'Unreserved', 'Upgraded', 'Frozen',
  'Thawed', 'Locked', 'Unlocked']);

export class Books {
  constructor(pot) {
    this.pot = pot;
    this.channels = new Map();
    this.minted = 0n;
    this.unknown = new Set();
  }

  // The moves of one event. Channels are known by the events that opened them.
  moves(event) {
    const { section, method, data } = event;
    const who = (field) => data[field].toString();
    const amount = (field = 'amount') => data[field].toBigInt();
    const balance = (account, by) => ({ book: 'balance', account, amount: by });
    // Credit and channels lie in the pot, which owes them.
    const claim = (book, account, by) => [
      { book, account, amount: by },
      { book: 'owed', account: this.pot, amount: -by },
    ];
    const between = (from, to, by) => [balance(from, -by), balance(to, by)];
    if (section === 'balances') {
      if (STILL.has(method)) return [];
      switch (method) {
        case 'Transfer':
          return between(who('from'), who('to'), amount());
        case 'TransferAndHold':
          return between(who('source'), who('dest'), amount('transferred'));
        case 'TransferOnHold':
          return between(who('source'), who('dest'), amount());
        case 'Deposit':
          return [balance(who('who'), amount())];
        case 'Withdraw':
          return [balance(who('who'), -amount())];
        case 'DustLost':
          return [balance(who('account'), -amount())];
        case 'Minted':
          this.minted += amount();
          return [balance(who('who'), amount())];
        case 'Burned':
        case 'BurnedHeld':
          this.minted -= amount();
          return [balance(who('who'), -amount())];
        default:
          this.unknown.add(`${section}.${method}`);
          return [];
      }
    }
    if (section !== 'credit') return [];
    switch (method) {
      // The balances' own events say what the balances did.
      case 'CreditDeposited':
      case 'PayoutCredited':
        return claim('credit', who('account'), amount());
      case 'CreditWithdrawn':
      case 'CreditSpent':
        return claim('credit', who('account'), -amount());
      case 'ChannelOpened':
        this.channels.set(who('channel'), who('payer'));
        return [...claim('credit', who('payer'), -amount()), ...claim('channel', who('payer'), amount())];
      case 'ChannelToppedUp': {
        const payer = this.payerOf(who('channel'));
        return [...claim('credit', payer, -amount()), ...claim('channel', payer, amount())];
      }
      case 'VoucherRedeemed':
        return claim('channel', this.payerOf(who('channel')), -amount());
      case 'ChannelClosed':
        return [
          ...claim('channel', who('payer'), -amount('returned')),
          ...claim('credit', who('payer'), amount('returned')),
        ];
      case 'Sponsored':
      case 'SponsorshipRemoved':
      case 'ChannelClosing':
        return [];
      default:
        this.unknown.add(`${section}.${method}`);
        return [];
    }
  }

  payerOf(channel) {
    const payer = this.channels.get(channel);
    if (payer === undefined) throw new Error(`an event of channel ${channel}, which nobody opened`);
    return payer;
  }
}

// A map that counts from 0.
export class Sums extends Map {
  of(key) {
    return this.get(key) ?? 0n;
  }

  add(key, amount) {
    this.set(key, this.of(key) + amount);
  }

  total() {
    return [...this.values()].reduce((sum, amount) => sum + amount, 0n);
  }
}

export const total = (list, amount) => list.reduce((sum, one) => sum + amount(one), 0n);

// Every book in the state of a block, the issuance, and the channels' payers.
export async function snapshot(chain, hash, pot) {
  const at = await chain.api.at(hash);
  const { owned, sum, issuance } = await chain.balances(hash);
  const books = Object.fromEntries(BOOKS.map((book) => [book, new Sums()]));
  for (const [account, amount] of owned) books.balance.add(account, amount);
  for (const [key, credit] of await at.query.credit.credits.entries()) {
    books.credit.add(key.args[0].toString(), credit.toBigInt());
  }
  const channels = new Map();
  for (const [key, entry] of await at.query.credit.channels.entries()) {
    const channel = entry.unwrap();
    const payer = channel.payer.toString();
    channels.set(key.args[0].toString(), payer);
    books.channel.add(payer, channel.funds.toBigInt() - channel.redeemed.toBigInt());
  }
  books.owed.add(pot, -(books.credit.total() + books.channel.total()));
  const wealth = (account) => total(BOOKS, (book) => books[book].of(account));
  const accounts = new Set(BOOKS.flatMap((book) => [...books[book].keys()]));
  return { books, accounts, wealth, sum, issuance, channels };
}
