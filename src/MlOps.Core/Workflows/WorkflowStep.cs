using MlOps.Content;
using MlOps.Datasets;

namespace MlOps.Workflows;

/// <summary>One step of a workflow: a function, and all that its outputs depend on.</summary>
/// <remarks>
/// <para>A step that ran before in the same experiment with the same name, inputs, parameters and code is not run again: its outputs are restored.
/// So its function must depend on nothing else, and what it makes must be in its folder, values or metrics.</para>
/// <para>If the identity of the code is not certain, the step runs, is not restored later, and <see cref="StepResult.Reason"/> states why.</para>
/// <para>A step that <see cref="Acts"/> is there for what it does elsewhere, such as registering a model; it runs every time.</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class WorkflowStep
{
    /// <summary>Gets the name, unique in the workflow.</summary>
    /// <value>1 to 100 characters, which can be the name of a folder.</value>
    public required string Name { get; init; }

    /// <summary>Gets the function.</summary>
    public required Func<StepContext, CancellationToken, Task> Work { get; init; }

    /// <summary>Gets the files and folders on disk that it reads; what counts is their names and bytes, not where they are.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

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

    /// <summary>Gets the versions of datasets that it reads.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the names of the steps whose outputs it reads.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Gets what it is set to, by name; each becomes the run's parameter <c>&lt;step&gt;.&lt;name&gt;</c>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the version of the code, which identifies it in place of the function.</summary>
    /// <value>
    /// The default, <see langword="null"/>, identifies the code by the function: its method, its generic arguments, the type of its object, the functions and
    /// values that it captures, and the compiled code of its assembly and of the local assemblies that this refers to. Packages, the framework and static
    /// fields do not count. A function that captures a value that cannot be hashed, such as a stream or a service, needs a version.
    /// </value>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the names of the NuGet packages whose versions the outputs depend on, such as <c>Microsoft.ML</c>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Gets the names of the environment variables whose values the outputs depend on.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>Gets a value indicating whether its outputs depend on the run's seed.</summary>
    /// <value>The default is <see langword="false"/>. With <see langword="true"/> it is restored only in a run with the same seed, so give <see cref="Tracking.RunStart.Seed"/>: each run without has a seed of its own.</value>
    public bool UsesSeed { get; init; }

    /// <summary>Gets a value indicating whether it is there for what it does elsewhere, so that it runs every time.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Acts { get; init; }
}
