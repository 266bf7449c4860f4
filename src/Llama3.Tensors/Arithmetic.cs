using System.Numerics.Tensors;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Arithmetic. Shapes broadcast: a dimension of size 1, or one that is missing in front, repeats.</content>
    public sealed partial class Tensor
    {
        private static readonly Operation Addition =
            new(nameof(add), TensorPrimitives.Add, TensorPrimitives.Add, TensorPrimitives.Add);

        private static readonly Operation Subtraction =
            new(nameof(sub), TensorPrimitives.Subtract, TensorPrimitives.Subtract, TensorPrimitives.Subtract);

        private static readonly Operation Multiplication =
            new(nameof(mul), TensorPrimitives.Multiply, TensorPrimitives.Multiply, MultiplyComplex);

        private static readonly Operation Division = new(nameof(div), TensorPrimitives.Divide);

        /// <summary>The sum of each pair of elements.</summary>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor add(Tensor target) => Apply(Addition, this, target);

        /// <summary>Each element plus a number.</summary>
        public Tensor add(Scalar scalar) => Apply(Addition, this, scalar);

        /// <summary>The difference of each pair of elements.</summary>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor sub(Tensor target) => Apply(Subtraction, this, target);

        /// <summary>Each element minus a number.</summary>
        public Tensor sub(Scalar target) => Apply(Subtraction, this, target);

        /// <summary>The product of each pair of elements, which may be complex.</summary>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor mul(Tensor target) => Apply(Multiplication, this, target);

        /// <summary>Each element times a number.</summary>
        public Tensor mul(Scalar target) => Apply(Multiplication, this, target);

        /// <summary>The quotient of each pair of elements; integers give Float32.</summary>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        /// <exception cref="InvalidOperationException">A tensor is complex.</exception>
        public Tensor div(Tensor target) => Apply(Division, this, target, Promotion.Of(Promotion.Of(this, target), 1.0));

        /// <summary>Each element divided by a number; integers give Float32.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor div(Scalar target) => Apply(Division, this, target.ToTensor(), Promotion.Of(dtype, 1.0));

        /// <summary>Each element with the other sign.</summary>
        public Tensor neg() => mul(-1);

        /// <summary>One divided by each element.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor reciprocal() => Map(static (x, y) => TensorPrimitives.Divide(1f, x, y));

        /// <summary>See <see cref="neg"/>.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>See <see cref="add(Tensor)"/>.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        /// <summary>See <see cref="add(Scalar)"/>.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        /// <summary>See <see cref="add(Scalar)"/>.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        /// <summary>See <see cref="sub(Tensor)"/>.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        /// <summary>See <see cref="sub(Scalar)"/>.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        /// <summary>A number minus each element.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => right.neg().add(left);

        /// <summary>See <see cref="mul(Tensor)"/>.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        /// <summary>See <see cref="mul(Scalar)"/>.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        /// <summary>See <see cref="mul(Scalar)"/>.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        /// <summary>See <see cref="div(Tensor)"/>.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        /// <summary>See <see cref="div(Scalar)"/>.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        /// <summary>A number times the <see cref="reciprocal"/> of each element: two operations, as in PyTorch.</summary>
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal().mul(left);
    }
}
