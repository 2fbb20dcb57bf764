package dev.regent.testkit.tidy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** This repository's Java sources. Immutable. */
record Repository(Path root, List<SourceFile> sources) {
    /** Read from the folder, above the one that tests run in, that holds the parent's pom. */
    static Repository read() throws IOException {
        Path root = find();
        SortedMap<Path, String> texts = new TreeMap<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                if (Files.exists(module.resolve("pom.xml")) && Files.isDirectory(module.resolve("src"))) {
                    texts.putAll(textsIn(root, module.resolve("src")));
                }
            }
        }
        return new Repository(root, List.copyOf(SourceFile.parse(texts)));
    }

    private static Path find() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path pom = folder.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                return folder;
            }
        }
        throw new IllegalStateException("expected a pom.xml with modules above "
                + Path.of("").toAbsolutePath() + ", found none: run this test inside the repository");
    }

    private static Map<Path, String> textsIn(Path root, Path folder) throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(".java")) {
                    texts.put(root.relativize(file), Files.readString(file));
                }
            }
        }
        return texts;
    }
}
