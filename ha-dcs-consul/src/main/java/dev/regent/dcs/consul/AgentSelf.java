package dev.regent.dcs.consul;

import com.ecwid.consul.json.GsonFactory;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import org.jspecify.annotations.Nullable;

/** What an agent says of its own configuration. Immutable. */
record AgentSelf(@SerializedName("DebugConfig") @Nullable Configuration configuration) {

    private record Configuration(
            @SerializedName("LeaveOnTerm") boolean leaveOnTerm) {}

    /** False also when the agent does not say. */
    static boolean leavesWhenStopped(Answer answer) {
        if (!answer.is(Answer.OK)) {
            return false;
        }
        try {
            AgentSelf self = GsonFactory.getGson().fromJson(answer.body(), AgentSelf.class);
            return self != null
                    && self.configuration() != null
                    && self.configuration().leaveOnTerm();
        } catch (JsonParseException unknownForm) {
            return false;
        }
    }
}
