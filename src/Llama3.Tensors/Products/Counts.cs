namespace Llama3.Tensors.Products;

/// <summary>A number that the compiler knows: it makes code for each one, without branches.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

/// <summary>0.</summary>
internal readonly struct Zero : ICount
{
    public static int Value => 0;
}

/// <summary>1.</summary>
internal readonly struct One : ICount
{
    public static int Value => 1;
}

/// <summary>2.</summary>
internal readonly struct Two : ICount
{
    public static int Value => 2;
}

/// <summary>3.</summary>
internal readonly struct Three : ICount
{
    public static int Value => 3;
}

/// <summary>4.</summary>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}

/// <summary>5.</summary>
internal readonly struct Five : ICount
{
    public static int Value => 5;
}

/// <summary>6.</summary>
internal readonly struct Six : ICount
{
    public static int Value => 6;
}
