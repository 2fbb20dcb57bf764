package dev.regent.agent.config;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML as existing files are meant: version 1.1, nothing is executed, and what looks like a date stays text. What
 * cannot be read is an {@link IllegalArgumentException} for people, with its place.
 */
final class YamlText {
    /** A configuration has hundreds; more is made by aliases of aliases. */
    private static final int MOST_VALUES = 100_000;

    private static final String MERGE = "<<";
    private static final Set<Tag> SCALARS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MERGE);

    private final String source;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, Place> repeated = new LinkedHashMap<>();
    private final Deque<Node> path = new ArrayDeque<>();
    private int values;

    private YamlText(String source) {
        this.source = source;
    }

    /** The mapping in the text. */
    static Document read(String source, String text) {
        Object value;
        YamlText yaml = new YamlText(source);
        try {
            value = yaml.value(text);
        } catch (MarkedYAMLException notYaml) {
            throw new IllegalArgumentException(
                    source + place(notYaml) + ": this is not YAML: " + problem(notYaml), notYaml);
        } catch (YAMLException notYaml) {
            throw new IllegalArgumentException(source + ": this is not YAML: " + notYaml.getMessage(), notYaml);
        } catch (NumberFormatException | ArithmeticException notANumber) {
            throw new IllegalArgumentException(
                    source + ": expected a number that can be read, found one that cannot: " + notANumber.getMessage()
                            + ": write text in quotes",
                    notANumber);
        }
        if (value instanceof Map<?, ?> map) {
            return yaml.document(Section.withTextKeys(map));
        }
        throw new IllegalArgumentException(source + ": expected a mapping with lines such as \"scope: demo\", found "
                + (value == null ? "an empty file" : Section.kindOf(value)));
    }

    private Document document(Map<String, Object> map) {
        Document document = new Document(map, places);
        repeated.forEach((key, place) -> document.warn(place + ": " + key + " is said a second time: this one counts"));
        return document;
    }

    private @Nullable Object value(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setWarnOnDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        NodeConstructor constructor = new NodeConstructor(options);
        Yaml yaml = new Yaml(constructor, new Representer(unused), unused, options, new WithoutDates());
        @Nullable Node root = yaml.compose(new StringReader(text));
        if (root == null) {
            return null;
        }
        check(root, "");
        Object value = constructor.construct(root);
        note(root, "");
        return value;
    }

    /** Refuses what has no end, or hardly one, and notes keys that are there twice. */
    private void check(Node node, String where) {
        values++;
        if (values > MOST_VALUES) {
            throw new IllegalArgumentException(at(node) + ": expected at most " + MOST_VALUES
                    + " values, found more: aliases that are used in what they stand for add up");
        }
        if (path.contains(node)) {
            throw new IllegalArgumentException(at(node)
                    + ": expected a value that can be written out, found one that contains itself: remove the alias");
        }
        if (!isOfTheUsualKind(node)) {
            throw new IllegalArgumentException(
                    at(node) + ": expected text, a number, a flag, a list or a mapping, found "
                            + node.getTag().getValue().replace("tag:yaml.org,2002:", "!!"));
        }
        path.push(node);
        if (node instanceof MappingNode map) {
            checkKeys(map, where);
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> check(item, where));
        }
        path.pop();
    }

    private static boolean isOfTheUsualKind(Node node) {
        return node instanceof ScalarNode
                ? SCALARS.contains(node.getTag())
                : node.getTag().equals(node instanceof MappingNode ? Tag.MAP : Tag.SEQ);
    }

    private void checkKeys(MappingNode map, String where) {
        Map<String, Node> seen = new HashMap<>();
        for (NodeTuple pair : map.getValue()) {
            String key = key(pair.getKeyNode());
            if (seen.put(key, pair.getKeyNode()) != null && !key.equals(MERGE)) {
                repeated.put(where + key, at(pair.getKeyNode()));
            }
            check(pair.getKeyNode(), where);
            check(pair.getValueNode(), where + key + ".");
        }
    }

    private void note(Node node, String where) {
        if (node instanceof MappingNode map) {
            for (NodeTuple pair : map.getValue()) {
                note(pair.getValueNode(), where + key(pair.getKeyNode()), at(pair.getKeyNode()));
            }
        } else if (node instanceof SequenceNode list) {
            List<Node> items = list.getValue();
            for (int i = 0; i < items.size(); i++) {
                note(items.get(i), where + i, at(items.get(i)));
            }
        }
    }

    private void note(Node value, String key, Place place) {
        places.put(key, place);
        note(value, key + ".");
    }

    private static String key(Node node) {
        return node instanceof ScalarNode scalar
                ? scalar.getValue()
                : node.getTag().getValue();
    }

    private Place at(Node node) {
        return new Place(source, node.getStartMark().getLine() + 1);
    }

    private static String place(MarkedYAMLException error) {
        Mark mark = error.getProblemMark();
        return mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    private static String problem(MarkedYAMLException error) {
        String context = error.getContext() == null ? "" : error.getContext() + ", ";
        return context + error.getProblem();
    }

    private static final class NodeConstructor extends SafeConstructor {
        NodeConstructor(LoaderOptions options) {
            super(options);
        }

        Object construct(Node root) {
            return constructDocument(root);
        }
    }

    private static final class WithoutDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }
}
