// Stands in for the provider's script in tests: the part of Twilio.Device that the pages use. What would travel to the
// provider goes through two functions of the test's own, `voiceAsk(act, given)` and `voiceRings(identity)`.
(() => {
  class Sender {
    constructor() {
      this.told = {};
    }

    on(name, listener) {
      (this.told[name] ||= []).push(listener);
    }

    emit(name, ...given) {
      for (const listener of this.told[name] || []) listener(...given);
    }
  }

  class Call extends Sender {
    constructor(sid) {
      super();
      this.sid = sid;
      this.open = false;
      this.muted = false;
    }

    status() {
      return this.open ? "open" : "pending";
    }

    accept() {
      window.voiceAsk("answer", { sid: this.sid }).then(() => {
        this.open = true;
        this.emit("accept", this);
      });
    }

    reject() {
      window.voiceAsk("decline", { sid: this.sid });
      this.emit("reject");
    }

    disconnect() {
      window.voiceAsk("hang_up", { sid: this.sid });
      this.emit("disconnect", this);
    }

    sendDigits(keys) {
      window.voiceAsk("press", { sid: this.sid, keys });
    }

    mute(off) {
      this.muted = off;
    }
  }

  class Device extends Sender {
    constructor(token) {
      super();
      this.identity = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).grants.identity;
      this.state = "unregistered";
      this.call = null;
    }

    async register() {
      this.state = "registered";
      this.emit("registered");
      window.setInterval(() => this.look(), 300);
    }

    async look() {
      const now = await window.voiceRings(this.identity);
      if (!this.call && now.ringing) {
        this.call = new Call(now.ringing);
        window.testCall = this.call;
        this.emit("incoming", this.call);
      } else if (this.call && this.call.sid !== now.ringing && this.call.sid !== now.talking) {
        const gone = this.call;
        this.call = null;
        gone.emit(gone.open ? "disconnect" : "cancel", gone);
      }
    }

    updateToken() {}

    destroy() {}
  }

  window.Twilio = { Device };
})();
