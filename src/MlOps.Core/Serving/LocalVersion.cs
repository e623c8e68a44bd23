using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>A version of a model whose verified files are on the local disk.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para>
/// The version and its files are exchanged together: a prediction, and the processor that made its tensors, see the files of the version that
/// answers. The folder stays until the version is unloaded and a later
/// version has replaced the one after it.
/// </para>
/// </remarks>
public sealed class LocalVersion
{
    /// <summary>Gets the metadata of the version: signature, metrics, parameters, tags and lineage.</summary>
    public required ModelVersion Metadata { get; init; }

    /// <summary>Gets the full path of the folder that holds the files of the version, and nothing else.</summary>
    /// <value>The files were compared with their SHA-256 before the version was loaded. Do not change them.</value>
    public required string Folder { get; init; }

    /// <summary>Gets the name of the model in the registry.</summary>
    public string Model => Metadata.Model;

    /// <summary>Gets the number of the version.</summary>
    public int Number => Metadata.Number;

    /// <summary>Gets the golden examples of the version.</summary>
    internal IReadOnlyList<GoldenExample> Examples { get; init; } = [];

    /// <summary>Gets the full path of a file of the version, such as a vocabulary or a list of labels.</summary>
    /// <param name="file">The path of the file relative to the version, with <c>/</c> between folders, such as <c>labels.txt</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FileNotFoundException">The version has no such file. The message names the files that it has.</exception>
    public string GetPath(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        string[] files =
        [
            .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];
        return files.Contains(file, StringComparer.Ordinal)
            ? Path.Combine([Folder, .. file.Split('/')])
            : throw new FileNotFoundException(
                $"{this} has no file '{file}'. {NearestName.Suggest(file, files)}Its files are {string.Join(", ", files.Select(static name => $"'{name}'"))}. "
                + "Register the file with the version, or correct the name.",
                file);
    }

    /// <summary>Returns a text that names the version.</summary>
    /// <returns>Such as <c>Version 3 of the model 'churn'</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"Version {Number} of the model '{Model}'");
}
