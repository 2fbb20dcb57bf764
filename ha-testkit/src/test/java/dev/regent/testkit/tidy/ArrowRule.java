package dev.regent.testkit.tidy;

import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Packages know each other only along the arrows of the architecture: the values know nothing, the decision cannot do
 * anything, adapters never see one another, nothing depends on the agent.
 */
final class ArrowRule implements Rule {
    private static final String ROOT = "dev.regent.";

    /** What the packages below the key may name besides themselves. */
    private static final Map<String, List<String>> ARROWS = arrows();

    /** What a pure package must not even import. */
    private static final Map<String, Pattern> CANNOT = Map.of(
            "dev.regent.ha.decision",
            Pattern.compile("(org\\.slf4j|java\\.io|java\\.net|java\\.nio|java\\.sql|java\\.util\\.concurrent)\\..*"));

    private static final Pattern TYPE = Pattern.compile("(dev\\.regent(?:\\.[a-z]\\w*)*)\\.(?:[A-Z]\\w*|\\*)");

    private static Map<String, List<String>> arrows() {
        Map<String, List<String>> arrows = new LinkedHashMap<>();
        arrows.put("ha.model", List.of());
        arrows.put("ha.spi", List.of("ha.model"));
        arrows.put("ha.decision", List.of("ha.model", "ha.spi"));
        arrows.put("ha.event", List.of("ha.model", "ha.decision"));
        arrows.put("ha.engine", List.of("ha.model", "ha.spi", "ha.decision", "ha.event"));
        arrows.put("ha.watchdog", List.of("ha.model", "ha.spi", "ha.engine"));
        arrows.put("ha.tls", List.of());
        arrows.put("ha", List.of("ha"));
        arrows.put("dcs.etcd", List.of("ha"));
        arrows.put("dcs.consul", List.of("ha"));
        arrows.put("dcs.raft", List.of("ha"));
        arrows.put("postgres", List.of("ha"));
        arrows.put("rest", List.of("ha"));
        arrows.put("testkit", List.of("ha"));
        arrows.put("agent", List.of("ha", "dcs", "postgres", "rest"));
        arrows.put("ctl", List.of("ha", "dcs", "postgres", "rest", "agent"));
        arrows.put("examples", List.of("ha", "dcs", "postgres", "rest", "agent", "ctl", "testkit"));
        return arrows;
    }

    @Override
    public List<Violation> violations(SourceFile source) {
        if (!source.isMain() || source.isModuleInfo()) {
            return List.of();
        }
        Optional<String> home = ARROWS.keySet().stream()
                .filter(place -> isWithin(source.packageName(), ROOT + place))
                .max(Comparator.comparingInt(String::length));
        if (home.isEmpty()) {
            return List.of(source.violation(1, "has no place in the architecture: name its package in ArrowRule"));
        }
        List<Violation> found = new ArrayList<>();
        source.tree().accept(new Scanner(source, home.get(), found), null);
        return found;
    }

    private static boolean isWithin(String packageName, String place) {
        return packageName.equals(place) || packageName.startsWith(place + ".");
    }

    private static boolean mayName(String home, String packageName) {
        return isWithin(packageName, ROOT + home)
                || ARROWS.getOrDefault(home, List.of()).stream().anyMatch(place -> isWithin(packageName, ROOT + place));
    }

    /** Sees every qualified name: those of imports and those in the code. */
    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final SourceFile source;
        private final String home;
        private final List<Violation> found;

        Scanner(SourceFile source, String home, List<Violation> found) {
            this.source = source;
            this.home = home;
            this.found = found;
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
            String name = select.toString();
            Matcher type = TYPE.matcher(name);
            if (type.matches() && !mayName(home, type.group(1))) {
                found.add(source.violation(
                        source.firstLine(select), "names " + name + " against the arrows of the architecture"));
            }
            Pattern forbidden = CANNOT.get(ROOT + home);
            if (forbidden != null && forbidden.matcher(name).matches()) {
                found.add(source.violation(source.firstLine(select), "names " + name + " in a pure package"));
            }
            return super.visitMemberSelect(select, null);
        }
    }
}
