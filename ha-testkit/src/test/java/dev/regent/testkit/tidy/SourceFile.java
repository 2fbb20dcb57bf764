package dev.regent.testkit.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Java file as text and as the compiler parses it. Immutable. */
final class SourceFile {
    private final Path path;
    private final String text;
    private final CompilationUnitTree tree;
    private final SourcePositions positions;

    private SourceFile(Path path, String text, CompilationUnitTree tree, SourcePositions positions) {
        this.path = path;
        this.text = text;
        this.tree = tree;
        this.positions = positions;
    }

    /** Files given as text by their paths. All are parsed by one compiler, because each compiler takes half a megabyte. */
    static List<SourceFile> parse(SortedMap<Path, String> texts) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Text> units = texts.values().stream().map(Text::new).toList();
        JavacTask task = (JavacTask) compiler.getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, units);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<SourceFile> files = new ArrayList<>();
        try {
            Iterator<? extends CompilationUnitTree> trees = task.parse().iterator();
            texts.forEach((path, text) -> files.add(new SourceFile(path, text, trees.next(), positions)));
        } catch (IOException impossible) {
            throw new IllegalStateException("expected to parse strings", impossible);
        }
        return files;
    }

    /** A file that exists only here. */
    static SourceFile of(String path, String text) {
        return parse(new TreeMap<>(Map.of(Path.of(path), text))).get(0);
    }

    Path path() {
        return path;
    }

    String text() {
        return text;
    }

    CompilationUnitTree tree() {
        return tree;
    }

    /** The module's folder, for example {@code ha-api}. */
    String module() {
        return path.getName(0).toString();
    }

    boolean isMain() {
        return path.startsWith(Path.of(module(), "src", "main"));
    }

    boolean isModuleInfo() {
        return path.endsWith("module-info.java");
    }

    boolean isPackageInfo() {
        return path.endsWith("package-info.java");
    }

    String packageName() {
        return Optional.ofNullable(tree.getPackageName()).map(Object::toString).orElse("");
    }

    /** The name of the top-level class with its package. */
    String className() {
        String file = path.getFileName().toString();
        return packageName() + "." + file.substring(0, file.indexOf('.'));
    }

    long lines() {
        return text.lines().count();
    }

    long firstLine(Tree part) {
        return tree.getLineMap().getLineNumber(positions.getStartPosition(tree, part));
    }

    long lastLine(Tree part) {
        return tree.getLineMap().getLineNumber(positions.getEndPosition(tree, part));
    }

    Violation violation(long line, String what) {
        return new Violation(path, line, what);
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String text) {
            super(URI.create("string:///Source.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
