using MlOps.Content;
using MlOps.Datasets;

namespace MlOps.Workflows;

/// <summary>A step of a workflow: a function and its inputs.</summary>
/// <remarks>
/// <para>A step that completed before in the same experiment with the same name, inputs, parameters and code is not executed again; its outputs are restored.
/// Therefore the function must not depend on anything else, and it must write its results to its folder, its values or its metrics.</para>
/// <para>If the code cannot be identified with certainty, the step runs every time, and <see cref="StepResult.Reason"/> states the reason.</para>
/// <para>A step with side effects, such as the registration of a model, also runs every time. See <see cref="HasSideEffects"/>.</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class WorkflowStep
{
    /// <summary>Gets the name, unique in the workflow.</summary>
    /// <value>1 to 100 characters, valid as the name of a folder.</value>
    public required string Name { get; init; }

    /// <summary>Gets the function that executes the step.</summary>
    public required Func<StepContext, CancellationToken, Task> Work { get; init; }

    /// <summary>Gets the files and folders on disk that the step reads. They are identified by name and content, not by location.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the treatment of symbolic links among <see cref="Files"/> and below its folders.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of the files and folders to ignore.</summary>
    /// <value>
    /// The default is none. A pattern is a path below the folder, in which <c>*</c> matches any characters of a segment and <c>**</c> matches any
    /// folders. Case is ignored. A pattern of one segment, such as <c>*.tmp</c> or <c>.git</c>, applies to every folder. A folder is ignored with its
    /// content.
    /// </value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets the versions of datasets that the step reads.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the names of the steps whose outputs the step reads.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>Gets the parameters, by name. The run records each as the parameter <c>&lt;step&gt;.&lt;name&gt;</c>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the version of the code, which identifies the code instead of the function.</summary>
    /// <value>
    /// The default, <see langword="null"/>, identifies the code by the function: its method, its generic arguments, the type of its target, the functions and
    /// values that it captures, and the compiled code of its assembly and of the local assemblies that this assembly references. Packages, the framework and
    /// static fields are not part of the identity. A function that captures a value that cannot be hashed, such as a stream or a service, requires a version.
    /// </value>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the names of the NuGet packages whose versions the outputs depend on, such as <c>Microsoft.ML</c>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Gets the names of the environment variables whose values the outputs depend on.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>Gets a value indicating whether the outputs depend on the seed of the run.</summary>
    /// <value>
    /// The default is <see langword="false"/>. If <see langword="true"/>, the step is restored only in a run with the same seed. Set
    /// <see cref="Tracking.RunStart.Seed"/>, because a run without it gets a random seed.
    /// </value>
    public bool UsesSeed { get; init; }

    /// <summary>Gets a value indicating whether the step has effects outside its outputs, such as a registration or a notification.</summary>
    /// <value>The default is <see langword="false"/>. A step with side effects runs every time.</value>
    public bool HasSideEffects { get; init; }
}
