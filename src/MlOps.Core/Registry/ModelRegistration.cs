using MlOps.Content;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Registry;

/// <summary>What a new version of a model is made of.</summary>
public sealed class ModelRegistration
{
    /// <summary>Gets the format, which says what can load it.</summary>
    /// <value>Such as <c>onnx</c> or <c>mlnet</c>; any name of 1 to 250 characters.</value>
    public required string Format { get; init; }

    /// <summary>Gets the files and folders on disk.</summary>
    /// <value>A file is stored under its name, a folder's files under their paths below the folder. May be empty only where <see cref="ModelLineage.Source"/> says where the model is.</value>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets the treatment of symbolic links below the folders of <see cref="Files"/>, and of files that are named by a link.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of files and folders that are left out.</summary>
    /// <value>
    /// The default is none. A pattern is a path below the folder: <c>*</c> stands for any characters of a segment, <c>**</c> for any folders, case is
    /// ignored. A pattern of one segment,
    /// such as <c>*.tmp</c> or <c>.git</c>, holds in every folder; a folder is left out with all that is below it.
    /// </value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets what the model takes and gives.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>Gets the schema of the rows that the model may be given.</summary>
    /// <value>
    /// It is stored among the version's files as <c>input-schema.json</c>. The default, <see langword="null"/>, adds no file: the schema is such a file in
    /// <see cref="Files"/>, or else the signature alone specifies the rows.
    /// </value>
    public InputSchema? InputSchema { get; init; }

    /// <summary>Gets inputs with the outputs expected of them.</summary>
    /// <value>The default is empty; at most 16 MiB as JSON, nested at most 60 deep.</value>
    public IReadOnlyList<GoldenExample> Examples { get; init; } = [];

    /// <summary>Gets what was measured in training and evaluation, by name.</summary>
    /// <value>The default is empty. NaN and the infinities are kept, and pass no gate.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets what training was set to, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the first tags; they can be changed later.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what it is; can be changed later.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what it is for, and what not; can be changed later.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets where it comes from.</summary>
    public ModelLineage Lineage { get; init; } = new();

    /// <summary>Gets what it was measured to need; can be measured later.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets who made it.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
