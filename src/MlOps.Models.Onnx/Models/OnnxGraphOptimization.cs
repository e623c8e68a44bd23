namespace MlOps.Models;

/// <summary>How far ONNX Runtime rewrites a model when it loads it.</summary>
public enum OnnxGraphOptimization
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>What changes no operator: constants are folded, nodes without effect left out.</summary>
    Basic,

    /// <summary>Operators are fused as well.</summary>
    Extended,

    /// <summary>The layout of tensors is changed as well.</summary>
    All,
}
