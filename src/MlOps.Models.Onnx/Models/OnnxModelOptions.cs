using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>The settings of ONNX models, section <c>MlOps:Onnx</c>, and of one served model, section <c>MlOps:Models:&lt;name&gt;:Onnx</c>.</summary>
/// <remarks>Read once, when the loader is made; a change takes effect after a restart.</remarks>
public sealed class OnnxModelOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "MlOps:Onnx";

    /// <summary>Gets or sets how many threads work on one prediction.</summary>
    /// <value>
    /// The default is 1, the caller's own: a service predicts on many threads at once, and threads of each model's own would compete with them. Raise it for large models that are
    /// called seldom. 0 is one for each processor; at most 1,024.
    /// </value>
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Gets or sets how many parts of a model are computed at the same time.</summary>
    /// <value>The default is 1: one after the other. 0 is one for each processor; at most 1,024. It helps only models with branches.</value>
    public int InterOpThreads { get; set; } = 1;

    /// <summary>Gets or sets how far a model is rewritten when it is loaded.</summary>
    /// <value>The default is <see cref="OnnxGraphOptimization.All"/>.</value>
    public OnnxGraphOptimization GraphOptimization { get; set; } = OnnxGraphOptimization.All;

    /// <summary>Gets or sets what computes the predictions.</summary>
    /// <value>The default is <see cref="OnnxExecutionProvider.Cpu"/>.</value>
    public OnnxExecutionProvider ExecutionProvider { get; set; } = OnnxExecutionProvider.Cpu;

    /// <summary>Gets or sets which graphics card computes, if one does.</summary>
    /// <value>Counted from 0, the default.</value>
    public int DeviceId { get; set; }

    /// <summary>Gets or sets a value indicating whether the processor computes where <see cref="ExecutionProvider"/> is not available.</summary>
    /// <value>The default is <see langword="false"/>: loading fails and says what is missing.</value>
    public bool FallBackToCpu { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the rewritten graph is kept in <see cref="ModelSource.WorkFolder"/>, so that the next load on this machine does
    /// not rewrite it again.
    /// </summary>
    /// <value>
    /// The default is <see langword="false"/>. It shortens the load of large models, and needs disk space for a second copy of the model. Not used together
    /// with <see cref="ConfigureSession"/>.
    /// </value>
    public bool CacheOptimizedGraph { get; set; }

    /// <summary>
    /// Gets or sets the code that changes the options of a model's session, such as registering custom operators, after all settings are applied.
    /// </summary>
    /// <value>The default is <see langword="null"/>. It is called once for each load, on any thread, and must not dispose the options.</value>
    public Action<ModelSource, SessionOptions>? ConfigureSession { get; set; }
}
