using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The options of ONNX models.</summary>
/// <remarks>
/// They are bound from the section <c>MlOps:Onnx</c> for all models, and from <c>MlOps:Models:&lt;name&gt;:Onnx</c> for one served model. They are read once; a
/// change takes effect after a restart.
/// </remarks>
public sealed class OnnxModelOptions
{
    internal const string SectionName = "MlOps:Onnx";

    /// <summary>Gets or sets the number of threads that compute one operator.</summary>
    /// <value>
    /// The default is 1, which uses the thread of the caller. This is suitable for a service that predicts on many threads, because additional threads would
    /// compete with them. Raise it for large models with few requests. 0 is one thread for each processor. The maximum is 1,024.
    /// </value>
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Gets or sets the number of operators that are computed in parallel.</summary>
    /// <value>
    /// The default is 1, sequential execution. 0 is one for each processor. The maximum is 1,024. Higher values are useful only for models with branches.
    /// </value>
    public int InterOpThreads { get; set; } = 1;

    /// <summary>Gets or sets the graph optimizations that are applied when a model is loaded.</summary>
    /// <value>The default is <see cref="OnnxGraphOptimization.All"/>.</value>
    public OnnxGraphOptimization GraphOptimization { get; set; } = OnnxGraphOptimization.All;

    /// <summary>Gets or sets the hardware that runs the model.</summary>
    /// <value>The default is <see cref="OnnxExecutionProvider.Cpu"/>.</value>
    public OnnxExecutionProvider ExecutionProvider { get; set; } = OnnxExecutionProvider.Cpu;

    /// <summary>Gets or sets the index of the GPU.</summary>
    /// <value>The default is 0, the first GPU. It is ignored if <see cref="ExecutionProvider"/> is <see cref="OnnxExecutionProvider.Cpu"/>.</value>
    public int DeviceId { get; set; }

    /// <summary>Gets or sets a value indicating whether the CPU is used if <see cref="ExecutionProvider"/> is not available.</summary>
    /// <value>The default is <see langword="false"/>: loading fails with an error that states the cause.</value>
    public bool FallBackToCpu { get; set; }

    /// <summary>Gets or sets a value indicating whether the optimized graph is cached in <see cref="ModelSource.WorkFolder"/> for the next load.</summary>
    /// <value>
    /// The default is <see langword="false"/>. The cache shortens the load time of large models, and requires disk space for a second copy of the model. It is
    /// not used if <see cref="ConfigureSession"/> is set.
    /// </value>
    public bool CacheOptimizedGraph { get; set; }

    /// <summary>Gets or sets a callback that changes the session options of a model, for example to register custom operators.</summary>
    /// <value>
    /// The default is <see langword="null"/>. The callback runs once for each load, on any thread, after all other options are applied. It must not dispose the
    /// session options.
    /// </value>
    public Action<ModelSource, SessionOptions>? ConfigureSession { get; set; }
}
