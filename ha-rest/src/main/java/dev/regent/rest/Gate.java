package dev.regent.rest;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who may change something: the first check that fails answers. A new gate is made when the configuration changes, which is
 * when host names of the allowlist are looked up again. Thread-safe.
 */
final class Gate {
    private final Optional<Allowlist> allowlist;
    private final boolean includesMembers;
    private final boolean needsCertificate;
    private final Optional<BasicAuth> login;
    private final Supplier<? extends Collection<String>> memberUrls;

    /** @param memberUrls where the members are reached now; none when that is not known */
    Gate(AccessSettings access, boolean needsCertificate, Supplier<? extends Collection<String>> memberUrls) {
        this.allowlist =
                access.allowlist().filter(entries -> !entries.isEmpty()).map(Allowlist::resolve);
        this.includesMembers = access.allowlistIncludesMembers();
        this.needsCertificate = needsCertificate;
        this.login = access.login().map(BasicAuth::new);
        this.memberUrls = memberUrls;
    }

    /** Whether a check may have to look host names up, which can take seconds. */
    boolean mayTakeLong() {
        return includesMembers;
    }

    void check(Caller caller, boolean membersCount) throws Refusal {
        boolean countMembers = includesMembers && membersCount;
        if ((allowlist.isPresent() || countMembers) && !isListed(caller.address(), countMembers)) {
            throw Refusal.text(Response.FORBIDDEN, "Access is denied");
        }
        if (needsCertificate && !caller.certified()) {
            throw Refusal.text(Response.FORBIDDEN, "client certificate required");
        }
        if (caller.isSentByForeignPage()) {
            throw Refusal.text(Response.FORBIDDEN, "Access is denied to pages of other sites");
        }
        if (login.isPresent()) {
            login.get().check(caller.authorization());
        }
    }

    private boolean isListed(Optional<InetAddress> address, boolean countMembers) {
        return address.isPresent()
                && ((allowlist.isPresent() && allowlist.get().permits(address.get()))
                        || (countMembers && isMember(address.get())));
    }

    private boolean isMember(InetAddress address) {
        return memberUrls.get().stream().anyMatch(url -> isAt(url, address));
    }

    private static boolean isAt(String url, InetAddress address) {
        try {
            String host = URI.create(url).getHost();
            return host != null && Arrays.asList(InetAddress.getAllByName(host)).contains(address);
        } catch (IllegalArgumentException | UnknownHostException nowhere) {
            return false;
        }
    }
}
